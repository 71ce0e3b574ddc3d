# Completion of devserver in fish: devserver completion fish > ~/.config/fish/completions/devserver.fish
function __devserver_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l current (commandline -ct)
    for line in ($program __complete -- $words "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :dirs
                __fish_complete_directories "$current"
            case :none
            case '*'
                echo $line
        end
    end
end
complete -c devserver -f -a '(__devserver_complete)'
