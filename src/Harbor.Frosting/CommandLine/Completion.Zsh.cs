namespace Harbor.Frosting;

internal sealed partial class Completion
{
    private string Zsh() => $$"""
        # Completes {{_command}} in zsh. For every shell, in ~/.zshrc behind compinit: source <({{_command}} --completion zsh)
        _{{_function}}() {
          local word target='' option='' i
          local -a flags valued
          for ((i = 2; i < CURRENT; i++)); do
            word=$words[i]
            case $word in
              (--target|-t) ((++i >= CURRENT)) || target=$words[i] ;;
              (--target=*) target=${word#*=} ;;
              ({{Pattern(WithValue.Where(option => option.Name != "target"))}}) ((i++)) ;;
              (-*) ;;
              (*) target="${target:+$target }$word" ;;
            esac
          done
          target=${target:l}

          word=$words[CURRENT]
          if [[ $word == --*=* ]]; then option=${word%%=*}; compset -P '*='
          else case $words[CURRENT-1] in ({{Pattern(WithValue)}}) option=$words[CURRENT-1] ;; esac; fi

          case $option in
            (--target|-t) compadd -- {{Names}} ;;
        {{Lines(WithSuggestions, option => $"    ({Pattern([option])}) compadd -- {string.Join(' ', option.Suggestions)} ;;")}}
            ({{Pattern(WithFile)}}) _files ;;
            (-*) ;;
            (*) if [[ $word == -* ]]; then
              valued=({{Typed(_vocabulary.Global.Where(option => option.Value is not null))}})
              flags=({{Typed(_vocabulary.Global.Where(option => option.Value is null))}})
              case $target in
        {{Lines(WithOptions, task => $"        ({Pattern(task)}) {ZshOptions(_vocabulary.OptionsOf([task]))} ;;")}}
              esac
              compadd -S '' -- $valued
              compadd -- $flags
            else
              case $target in
                ('') if [[ $word == [A-Z]* ]]; then compadd -- {{Names}}; else compadd -- {{string.Join(' ', Verbs)}}; fi ;;
        {{Lines(SecondWords, words => $"        ({words.Key}) compadd -- {string.Join(' ', words)} ;;")}}
              esac
            fi ;;
          esac
        }
        compdef _{{_function}} {{_program}}

        """;

    private static string ZshOptions(IReadOnlyList<CommandOption> options) =>
        $"valued+=({Typed(options.Where(option => option.Value is not null))}) " +
            $"flags+=({Typed(options.Where(option => option.Value is null))})";
}
