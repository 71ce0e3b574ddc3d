#compdef devserver
# Completion of devserver in zsh. In ~/.zshrc, after compinit: source <(devserver completion zsh)
_devserver() {
    local -a lines described
    local line rest
    lines=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for line in "${(@)lines}"; do
        case "$line" in
            :*) rest="$line" ;;
            ?*) described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
        esac
    done
    (( ${#described} )) && _describe -V devserver described
    case "$rest" in
        :files) _files ;;
        :dirs) _files -/ ;;
    esac
}
if [[ "${funcstack[1]}" == _devserver ]]; then
    _devserver "$@"
else
    compdef _devserver devserver
fi
