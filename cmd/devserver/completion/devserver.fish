# Completion of devserver in fish: devserver completion fish > ~/.config/fish/completions/devserver.fish
function __devserver_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l current (commandline -ct)
    for line in ($program __complete -- $words "$current" 2>/dev/null)
        switch $line
            case ':files*' ':dirs*'
                # Behind a tab is the path as far as it was typed; what stands before it in the word is put before each path.
                set -l typed (string split -m 1 \t -- $line)[2]
                set -l before (string sub -l (math (string length -- "$current") - (string length -- "$typed")) -- "$current")
                set -l paths
                if string match -q ':files*' -- $line
                    set paths (complete -C "'' $typed")
                else
                    set paths (__fish_complete_directories "$typed" '')
                end
                for path in $paths
                    echo -- $before$path
                end
            case :none
            case '*'
                echo $line
        end
    end
end
complete -c devserver -f -k -a '(__devserver_complete)'
