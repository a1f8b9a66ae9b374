using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

public sealed partial class CakeHost
{
    private string Describe(Exception exception, Verbosity verbosity) => exception switch
    {
        AggregateException { InnerExceptions: var all } => string.Join('\n', all.Select(inner => Describe(inner, verbosity))),
        CakeReportException { InnerException: { } inner } => Describe(inner, verbosity),
        _ when IsExpected(exception) => exception.Message,
        _ when verbosity == Verbosity.Diagnostic => $"Error: {exception}",
        CakeException => $"Error: {exception.Message}",
        _ => $"Error: {exception.GetType().Name}: {exception.Message}",
    };

    private bool IsExpected(Exception exception) => exception is InvalidGraphException || _exitCode(exception) is not null;

    /// <summary>Of several failures, an unexpected one decides; otherwise the first.</summary>
    private int ExitCodeOf(Exception exception) => exception switch
    {
        CakeReportException { InnerException: { } inner } => ExitCodeOf(inner),
        AggregateException { InnerExceptions: { Count: > 0 } all } => all.Select(ExitCodeOf).Aggregate((first, next) => next == 1 ? 1 : first),
        InvalidGraphException => 2,
        _ => _exitCode(exception) ?? 1,
    };
}
