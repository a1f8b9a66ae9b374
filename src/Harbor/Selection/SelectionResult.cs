namespace Harbor.Selection;

/// <summary>What was selected; every list but <paramref name="Files"/> in ordinal order and without repeats.</summary>
/// <param name="Files">Names relative to the folder, in the order in which compose is to get them.</param>
/// <param name="Services">The services asked for, and those whose own file an option or the wildcard brought in.</param>
/// <param name="Options">The options asked for, <c>*</c> included, without those that are capabilities.</param>
/// <param name="Capabilities">Named or detected ones, and the options that are capabilities.</param>
/// <param name="Warnings">Sentences for the user: words that match no file, a base file that is missing.</param>
/// <param name="FromBase">Of the services asked for, those without a file of their own, which the base files have.</param>
/// <param name="BaseFiles">The files of <paramref name="Files"/> that were not chosen by a word.</param>
public sealed record SelectionResult(
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Services,
    IReadOnlyList<string> Options,
    IReadOnlyList<string> Capabilities,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> FromBase,
    IReadOnlyList<string> BaseFiles);

/// <summary>Why a file is selected, or why it is not.</summary>
public sealed record FileReason(string File, bool Selected, string Reason);
