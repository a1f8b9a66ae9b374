namespace Harbor.Frosting;

internal sealed partial class Completion
{
    /// <summary>bash splits <c>--name=value</c> into three words. The script also runs in bash 3.2 (macOS).</summary>
    private string Bash() => $$"""
        # Completes {{_command}} in bash. For every shell, in ~/.bashrc: source <({{_command}} --completion bash)
        _{{_function}}() {
          local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} option='' target='' words='' i
          for ((i = 1; i < COMP_CWORD; i++)); do
            case ${COMP_WORDS[i]} in
              --target|-t) [[ ${COMP_WORDS[i+1]} != '=' ]] || ((i++)); ((++i >= COMP_CWORD)) || target=${COMP_WORDS[i]} ;;
              {{Pattern(WithValue.Where(option => option.Name != "target"))}}) [[ ${COMP_WORDS[i+1]} != '=' ]] || ((i++)); ((i++)) ;;
              -*) [[ ${COMP_WORDS[i+1]} != '=' ]] || ((i += 2)) ;;
              *) target="${target:+$target }${COMP_WORDS[i]}" ;;
            esac
          done
          target=$(printf %s "$target" | tr '[:upper:]' '[:lower:]')

          if [[ $current == '=' ]]; then option=$previous current=
          elif [[ $previous == '=' ]]; then option=${COMP_WORDS[COMP_CWORD-2]}
          else case $previous in {{Pattern(WithValue)}}) option=$previous ;; esac; fi

          case $option in
            --target|-t) words='{{Names}}' ;;
        {{Lines(WithSuggestions, option => $"    {Pattern([option])}) words='{string.Join(' ', option.Suggestions)}' ;;")}}
            {{Pattern(WithFile)}}) local IFS=$'\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return ;;
            -*) return ;;
            *) if [[ $current == -* ]]; then
              words='{{Typed(_vocabulary.Global)}}'
              case $target in
        {{Lines(WithOptions, task => $"        {Pattern(task)}) words=\"{Typed(_vocabulary.OptionsOf([task]))} $words\" ;;")}}
              esac
            else
              case $target in
                '') words='{{string.Join(' ', Verbs)}}'; [[ $current != [A-Z]* ]] || words='{{Names}}' ;;
        {{Lines(SecondWords, words => $"        {words.Key}) words='{string.Join(' ', words)}' ;;")}}
              esac
            fi ;;
          esac
          COMPREPLY=($(compgen -W "$words" -- "$current"))
          [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
        }
        complete -F _{{_function}} {{_program}}

        """;
}
