using System.Text;

namespace Harbor.Yaml;

/// <summary>Text of the user's file, fit for a message: short, on one line, and unable to steer a terminal.</summary>
internal static class Excerpt
{
    public static string Of(string text, int longest = 60)
    {
        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= longest)
            {
                return result.Append("...").ToString();
            }

            _ = rune.Value switch
            {
                '\n' => result.Append("\\n"),
                '\t' => result.Append("\\t"),
                _ when Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format
                    => result.Append("\\u").Append(rune.Value.ToString("x4", null)),
                _ => result.Append(rune.ToString()),
            };
        }

        return result.ToString();
    }
}
