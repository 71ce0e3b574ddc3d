# Completion of devserver in bash. In ~/.bashrc: source <(devserver completion bash)
_devserver() {
    local cur="${COMP_WORDS[COMP_CWORD]}" line rest=""
    [[ $cur == "=" ]] && cur=""
    COMPREPLY=()
    while IFS= read -r line; do
        case "$line" in
            :*) rest="$line" ;;
            *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    [[ ${COMPREPLY[*]} == *= ]] && compopt -o nospace 2>/dev/null
    local typed="${rest#*$'\t'}"
    local before="${cur%"$typed"}" # as of a list of files; the shell takes words apart at "=" itself
    case "$rest" in
        :files*)
            compopt -o filenames 2>/dev/null
            while IFS= read -r line; do COMPREPLY+=("$before$line"); done < <(compgen -f -- "$typed")
            ;;
        :dirs*)
            compopt -o filenames 2>/dev/null
            while IFS= read -r line; do COMPREPLY+=("$before$line"); done < <(compgen -d -- "$typed")
            ;;
    esac
}
complete -F _devserver devserver
