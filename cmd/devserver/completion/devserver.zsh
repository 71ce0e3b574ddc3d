#compdef devserver
# Completion of devserver in zsh. In ~/.zshrc, after compinit: source <(devserver completion zsh)
_devserver() {
    local -a lines described open
    local line rest word help
    lines=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for line in "${(@)lines}"; do
        case "$line" in
            :*) rest="$line" ;;
            ?*)
                word="${${line%%$'\t'*}//:/\\:}" help="${line#*$'\t'}"
                [[ -n $help ]] && help=":$help"
                if [[ $word == *= ]]; then open+=("$word$help"); else described+=("$word$help"); fi
                ;;
        esac
    done
    (( ${#described} )) && _describe -V devserver described
    (( ${#open} )) && _describe -V devserver open -S ""
    case "$rest" in
        # What stands before the path in the word, as in --key=certs/, is put aside.
        :files*|:dirs*) compset -p $(( ${#words[CURRENT]} - ${#${rest#*$'\t'}} )) ;;
    esac
    case "$rest" in
        :files*) _files ;;
        :dirs*) _files -/ ;;
    esac
}
if [[ "${funcstack[1]}" == _devserver ]]; then
    _devserver "$@"
else
    compdef _devserver devserver
fi
