namespace Harbor.Frosting;

internal sealed partial class Completion
{
    private string Fish() => $$"""
        # Completes {{_command}} in fish. For every shell, in ~/.config/fish/config.fish: {{_command}} --completion fish | source
        function __{{_function}}_is
          set -l target
          set -l next
          for word in (commandline -opc)[2..-1]
            if test "$next" = target
              set target $word
              set next
            else if test -n "$next"
              set next
            else
              switch $word
                case --target -t
                  set next target
                case '--target=*'
                  set target (string replace -- --target= '' $word)
                case {{Pattern(WithValue.Where(option => option.Name != "target")).Replace('|', ' ')}}
                  set next value
                case '-*'
                case '*'
                  set -a target $word
              end
            end
          end
          contains -- (string lower -- "$target") $argv
        end
        complete -c {{_program}} -f
        complete -c {{_program}} -n '__{{_function}}_is ""' -a '{{string.Join(' ', Verbs)}}'
        {{Lines(SecondWords, words => $"complete -c {_program} -n '__{_function}_is {words.Key}' -a '{string.Join(' ', words)}'")}}
        {{Lines(_vocabulary.Global, option => FishOption("", option))}}
        {{Lines(WithOptions, FishOptions)}}

        """;

    private string FishOptions(DeclaredTask task)
    {
        var condition = $" -n '__{_function}_is {Pattern(task).Replace('|', ' ').Replace("'", "\"", StringComparison.Ordinal)}'";
        return Lines(_vocabulary.OptionsOf([task]), option => FishOption(condition, option));
    }

    private string FishOption(string condition, CommandOption option)
    {
        var values = option.Name == "target" ? Names : string.Join(' ', option.Suggestions);
        var value = option.Value is null ? "" : IsFile(option) ? " -r -F" : values.Length == 0 ? " -x" : $" -x -a '{values}'";
        var letter = option.Short is { } known ? $" -s {known}" : "";
        return $"complete -c {_program}{condition} -l {option.Name}{letter}{value} -d " +
            $"'{option.Description.Replace("'", "\\'", StringComparison.Ordinal)}'";
    }
}
