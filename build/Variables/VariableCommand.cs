using Cake.Core.Diagnostics;
using Harbor.Environments;
using Harbor.Frosting;
using Harbor.Stacks;

namespace Harbor.Pipeline.Variables;

/// <summary>A target on one variable: of the stack, <c>config get NAME</c>, or of a service, <c>env SERVICE get NAME</c>.</summary>
/// <param name="ofService">Whether the first word is a service.</param>
public abstract class VariableCommand(bool ofService) : FrostingTask<HarborContext>
{
    protected static string? ServiceOf(HarborContext context, bool ofService)
    {
        if (!ofService)
        {
            return null;
        }

        var service = context.Settings.Words[0];
        var known = context.Stack.KnownServices;
        return known.Contains(service) ? service
            : throw new InvalidStackException($"There is no service '{service}'.{Nearest.Hint(service, known)}");
    }

    public override void Run(HarborContext context)
    {
        var service = ServiceOf(context, ofService);
        var words = context.Settings.Words.Skip(ofService ? 1 : 0).ToList();
        if (words.Count == 0)
        {
            throw new InvalidStackException("The name of a variable is needed.");
        }

        Run(context, service, Name(words[0], Values(context, service).Keys), [.. words.Skip(1)]);
    }

    /// <param name="service">Null: the stack.</param>
    /// <param name="name">As it is set, or as it is to be set.</param>
    /// <param name="words">What follows the name.</param>
    protected abstract void Run(HarborContext context, string? service, string name, IReadOnlyList<string> words);

    /// <summary>The variables of all layers but <c>--set</c>. Their secrets are masked from now on.</summary>
    internal static IReadOnlyDictionary<string, EnvironmentValue> Values(HarborContext context, string? service)
    {
        var request = MergedStack.Request(context.Selected.Value, context.Scope);
        var environment = StackEnvironment.Load(service is null ? request
            : request with
            {
                Services = [.. request.Services.Append(service).Distinct()],
                Sources = context.Stack.Descriptor.SourcesFor([.. request.Services.Append(service).Distinct()]),
            });
        environment.RegisterSecrets(context.Scope.Redaction);
        return service is null ? environment.Shared : environment.For(service);
    }

    /// <summary>A name in av/harbor's spellings, too: <c>webui.name</c> is <c>WEBUI_NAME</c>, or <c>HARBOR_WEBUI_NAME</c>.</summary>
    internal static string Name(string typed, IEnumerable<string> known)
    {
        var names = known.ToHashSet();
        var upper = typed.ToUpperInvariant().Replace('.', '_').Replace('-', '_');
        return names.Contains(typed) ? typed
            : names.Contains(upper) ? upper
            : names.Contains($"HARBOR_{upper}") ? $"HARBOR_{upper}"
            : typed.AsSpan().ContainsAny('.', '-') ? upper
            : typed;
    }

    /// <summary>Says where the value comes from, if the file that was changed has no say.</summary>
    protected static void WarnIfElsewhere(HarborContext context, string? service, string name, VariableFile file)
    {
        if (Values(context, service).GetValueOrDefault(name) is { } value && value.Origin.File != file.File)
        {
            context.Log.Warning("{0}", $"{value.Origin} sets {name}, too, and wins.");
        }
    }
}
