using System.Text;
using Harbor.Optimization.Engine;

namespace Harbor.Optimization.Prompts;

/// <summary>What the model is told of texts that were tried before.</summary>
internal static class RejectedEdits
{
    /// <summary>A section for the end of the prompt; empty if there is nothing to tell.</summary>
    public static string Section(Member parent, string component, int most)
    {
        var texts = parent.RejectedEdits.Where(edit => edit.Key == component).Select(edit => edit.Value).TakeLast(most).ToArray();
        if (texts.Length == 0)
        {
            return "";
        }

        var section = new StringBuilder("\n\nThese instructions were tried before and did not do better. Try something else:");
        foreach (var text in texts)
        {
            section.Append("\n```\n").Append(text).Append("\n```");
        }

        return section.ToString();
    }
}
