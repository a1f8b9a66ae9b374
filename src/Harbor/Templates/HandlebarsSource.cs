namespace Harbor.Templates;

/// <summary>A template after its check, with every name replaced by a key that carries its place.</summary>
/// <param name="Text">For Handlebars.Net. A name stands there as <c>@root.[key]</c>, so that an unknown one is reported with line and column.</param>
/// <param name="Required">Keys without a value are an error.</param>
/// <param name="Optional">Keys of what <c>#if</c>, <c>#unless</c> and <c>default</c> ask for: missing counts as empty.</param>
/// <param name="Lists">Keys of what <c>#each</c> runs over.</param>
/// <param name="Literals">Keys of texts and numbers.</param>
internal sealed record HandlebarsSource(
    string Text,
    IReadOnlyDictionary<string, (string Name, int Line, int Column)> Required,
    IReadOnlyDictionary<string, string> Optional,
    IReadOnlyDictionary<string, string> Lists,
    IReadOnlyDictionary<string, string> Literals,
    IReadOnlyList<Problem> Problems)
{
    /// <summary>
    /// Admits variables, the four helpers, <c>#if #unless #each else</c> and comments, and reports all else with its place: Handlebars.Net has
    /// partials, decorators and reflection besides, and prints nothing for much of what it does not understand.
    /// </summary>
    public static HandlebarsSource Read(string source, string file)
    {
        var reader = new HandlebarsReader(source, file);
        reader.Run();
        return new(reader.Text.ToString(), reader.Required, reader.Optional, reader.Lists, reader.Literals, reader.Problems);
    }
}
