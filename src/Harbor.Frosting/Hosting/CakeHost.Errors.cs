using System.Text;
using System.Text.Json;
using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

public sealed partial class CakeHost
{
    private string Describe(Exception exception, Verbosity verbosity) => exception switch
    {
        AggregateException { InnerExceptions: var all } => string.Join('\n', all.Select(inner => Describe(inner, verbosity))),
        CakeReportException { InnerException: { } inner } => Describe(inner, verbosity),
        _ when IsExpected(exception) => _message(exception) ?? exception.Message,
        _ when verbosity == Verbosity.Diagnostic => $"Error: {exception}",
        CakeException => $"Error: {exception.Message}",
        _ => $"Error: {exception.GetType().Name}: {exception.Message}",
    };

    private string ErrorDocument(Exception exception)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteNumber("exitCode", exception is OperationCanceledException ? 130 : ExitCodeOf(exception));
            json.WriteStartArray("problems");
            foreach (var entry in Entries(exception))
            {
                json.WriteStartObject();
                if (entry.File is not null)
                {
                    json.WriteString("file", entry.File);
                }

                if (entry.Line > 0)
                {
                    json.WriteNumber("line", entry.Line);
                }

                if (entry.Column > 0)
                {
                    json.WriteNumber("column", entry.Column);
                }

                json.WriteString("message", entry.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private IEnumerable<ErrorEntry> Entries(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: var all } => all.SelectMany(Entries),
        CakeReportException { InnerException: { } inner } => Entries(inner),
        InvalidGraphException graph => graph.Problems.Select(problem => new ErrorEntry(null, 0, 0, problem)),
        _ => _errors(exception) ?? [new ErrorEntry(null, 0, 0, Describe(exception, Verbosity.Normal))],
    };

    private bool IsExpected(Exception exception) => exception is InvalidGraphException || _exitCode(exception) is not null;

    /// <summary>If several tasks failed, an unexpected exception decides, else the first one.</summary>
    private int ExitCodeOf(Exception exception) => exception switch
    {
        CakeReportException { InnerException: { } inner } => ExitCodeOf(inner),
        AggregateException { InnerExceptions: { Count: > 0 } all } =>
        all.Select(ExitCodeOf).Aggregate((first, next) => next == 1 ? 1 : first),
        InvalidGraphException => 2,
        _ => _exitCode(exception) ?? 1,
    };
}
