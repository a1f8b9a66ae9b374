using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Harbor.Server.Telemetry;

/// <summary>The meters of Harbor, of ASP.NET Core and of the runtime as Prometheus reads them (text format 0.0.4).</summary>
public sealed class MetricsText : IDisposable
{
    private static readonly string[] Listened = [Meters.Name, "Microsoft.AspNetCore.Hosting", "System.Runtime"];
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _all = new();

    public MetricsText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Listened.Contains(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, series) in _all.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            Write(text, instrument, series);
        }

        return text.ToString();
    }

    /// <summary>A number that is known only when it is asked for.</summary>
    public static string Gauge(string name, string help, IEnumerable<(string Labels, double Value)> rows)
    {
        var text = Head(new StringBuilder(), name, "gauge", help);
        foreach (var (labels, value) in rows)
        {
            text.Append(name).Append(Braces(labels)).Append(' ').Append(Number(value)).Append('\n');
        }

        return text.ToString();
    }

    public static string Label(string name, object? value) =>
        $"{Clean(name)}=\"{$"{value}".Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static bool IsHistogram(Instrument instrument) => Kind(instrument).StartsWith("Histogram", StringComparison.Ordinal);

    private static bool IsCounter(Instrument instrument) => Kind(instrument) is "Counter`1" or "ObservableCounter`1";

    private static string Kind(Instrument instrument) => instrument.GetType().Name;

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            labels[i] = Label(tags[i].Key, tags[i].Value);
        }

        Array.Sort(labels, StringComparer.Ordinal);
        var series = _all.GetOrAdd(instrument, _ => new()).GetOrAdd(string.Join(',', labels), _ => new Series());
        series.Take(value, IsHistogram(instrument), adds: !instrument.IsObservable && !Kind(instrument).StartsWith("Gauge",
            StringComparison.Ordinal));
    }

    private static void Write(StringBuilder text, Instrument instrument, ConcurrentDictionary<string, Series> all)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = Clean(instrument.Name) + unit + (IsCounter(instrument) ? "_total" : "");
        Head(text, name, IsHistogram(instrument) ? "histogram" : IsCounter(instrument) ? "counter" : "gauge", instrument.Description);
        foreach (var (labels, series) in all.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (IsHistogram(instrument))
            {
                series.WriteBuckets(text, name, labels);
            }
            else
            {
                text.Append(name).Append(Braces(labels)).Append(' ').Append(Number(series.Sum)).Append('\n');
            }
        }
    }

    private static StringBuilder Head(StringBuilder text, string name, string type, string? help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append((help ?? "").ReplaceLineEndings(" ")).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static string Braces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Clean(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    /// <summary>One set of labels.</summary>
    private sealed class Series
    {
        private readonly Lock _gate = new();
        private readonly long[] _buckets = new long[Bounds.Length];
        private long _count;

        public double Sum { get; private set; }

        public void Take(double value, bool isHistogram, bool adds)
        {
            lock (_gate)
            {
                Sum = adds ? Sum + value : value;
                _count++;
                for (var i = 0; isHistogram && i < Bounds.Length; i++)
                {
                    _buckets[i] += value <= Bounds[i] ? 1 : 0;
                }
            }
        }

        public void WriteBuckets(StringBuilder text, string name, string labels)
        {
            var before = labels.Length == 0 ? "" : labels + ",";
            lock (_gate)
            {
                for (var i = 0; i < Bounds.Length; i++)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"{Bounds[i]}\"}} {_buckets[i]}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"+Inf\"}} {_count}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{Braces(labels)} {Sum}\n{name}_count{Braces(labels)} {_count}\n");
            }
        }
    }
}
