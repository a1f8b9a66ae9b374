using System.Globalization;
using System.Text.RegularExpressions;
using Harbor.Processes;

namespace Harbor.Compose;

/// <summary>
/// Reads the plain progress of Compose's <c>build</c>, <c>pull</c> and <c>up</c>, and shows it as <see cref="Activities"/>: one for each
/// service, with the step of its build, or how much of all images is here.
/// </summary>
public sealed partial class ComposeProgress(Activities activities) : IDisposable
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Activity> _services = [];
    private readonly Dictionary<string, (double Here, double All)> _layers = [];

    /// <summary>Whether a line is only of use while it is the last one. Compose prints ten a second for each layer.</summary>
    public static bool IsPassing(string line) => Layer().IsMatch(line);

    /// <summary>Begins the builds of these services before the builder says anything.</summary>
    public void Begin(IEnumerable<string> services, string doing)
    {
        lock (_gate)
        {
            foreach (var service in services)
            {
                Begin(service, doing);
            }
        }
    }

    public void Read(string line)
    {
        lock (_gate)
        {
            if (Step().Match(line) is { Success: true } step)
            {
                Begin(step.Groups["service"].Value, "building").Detail = $"step {step.Groups["number"].Value} {step.Groups["what"].Value}";
            }
            else if (Layer().Match(line) is { Success: true } layer)
            {
                Read(layer);
            }
            else if (Image().Match(line) is { Success: true } image)
            {
                ReadImage(image.Groups["service"].Value, image.Groups["what"].Value);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var activity in _services.Values)
            {
                activity.Dispose();
            }

            _services.Clear();
        }
    }

    private Activity Begin(string service, string doing)
    {
        if (_services.TryGetValue(service, out var activity) && activity.Doing == doing)
        {
            return activity;
        }

        activity?.Dispose();
        return _services[service] = activities.Begin(service, doing);
    }

    private void ReadImage(string service, string what)
    {
        if (what == "Pulling")
        {
            Begin(service, "pulling");
        }
        else if (_services.Remove(service, out var activity))
        {
            activity.Dispose();
        }
    }

    /// <summary>Compose does not say whose layer it is, so each service shows the sum.</summary>
    private void Read(Match layer)
    {
        var (here, all) = (Bytes(layer.Groups["here"].Value), Bytes(layer.Groups["all"].Value));
        if (layer.Groups["what"].Value == "Downloading" && all > 0)
        {
            _layers[layer.Groups["id"].Value] = (here, all);
        }
        else if (_layers.TryGetValue(layer.Groups["id"].Value, out var known))
        {
            _layers[layer.Groups["id"].Value] = (known.All, known.All);
        }

        var (sum, total) = (_layers.Values.Sum(one => one.Here), _layers.Values.Sum(one => one.All));
        foreach (var activity in _services.Values.Where(activity => activity.Doing == "pulling" && total > 0))
        {
            activity.Detail = sum >= total ? $"{Size(total)}, unpacking" : $"{Size(sum)} of {Size(total)}";
        }
    }

    private static double Bytes(string text)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        return double.TryParse(text.AsSpan(0, digits), CultureInfo.InvariantCulture, out var number)
            ? number * Math.Pow(1000, Math.Max(0, Array.IndexOf(Units, text[digits..]))) : 0;
    }

    private static string Size(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1000 && unit < Units.Length - 1; unit++)
        {
            bytes /= 1000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {Units[unit]}");
    }

    /// <summary>BuildKit's <c>#7 [web 2/3] RUN make</c>.</summary>
    [GeneratedRegex(@"^#\d+ \[(?<service>[A-Za-z0-9._-]+) (?:[A-Za-z0-9._-]+ )?(?<number>\d+/\d+)\] (?<what>.+)$")]
    private static partial Regex Step();

    /// <summary><c> 3f4a1b2c5d6e Downloading [==&gt;   ]  32.77kB/3.001MB</c>.</summary>
    [GeneratedRegex(@"^ ?(?<id>[0-9a-f]{12}) (?<what>Pulling fs layer|Waiting|Downloading|Verifying Checksum|Download complete|"
        + @"Extracting|Pull complete|Already exists)(?: +\[[=> ]*\] +(?<here>[0-9.]+[kMGT]?B)(?:/(?<all>[0-9.]+[kMGT]?B))?)? *$")]
    private static partial Regex Layer();

    /// <summary><c> web Pulling</c>, <c> web Pulled</c>; <c> web Error</c>, with its reason behind it.</summary>
    [GeneratedRegex(@"^ ?(?<service>[A-Za-z0-9._-]+) (?<what>Pulling|Pulled|Error|Warning|Interrupted|Skipped)(?: .*)?$")]
    private static partial Regex Image();
}
