using Harbor.Optimization.Show;
using Harbor.Server.Gepa;

namespace Harbor.Server.Pages;

public sealed record GepaRow(
    string Id, GepaStatus Status, double? Baseline, double? Best, int Candidates, int Rollouts, DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt);

/// <param name="Story">Null: its seed has not been evaluated.</param>
/// <param name="Budget">Rollouts; null: the configuration does not say.</param>
public sealed record GepaView(GepaJob Job, string? Deployment, StoryView? Story, int? Budget, string Config);

/// <summary>Texts beside those that they were made from.</summary>
/// <param name="Heading">What it is, and why it was not kept.</param>
/// <param name="Against">What it is compared with: <c>parent</c>, <c>seed</c>.</param>
/// <param name="Diffs">With whom, and the lines of the comparison.</param>
public sealed record TextsView(
    GepaJob Job, string Path, string Heading, string? Note, string Against, IReadOnlyList<(int With, IReadOnlyList<DiffLine> Lines)> Diffs,
    IReadOnlyList<KeyValuePair<string, string>> Texts);

/// <param name="Kind"><c>add</c>, <c>drop</c>, <c>where</c> or nothing.</param>
public sealed record DiffLine(string Kind, string Text);

/// <param name="Lack">What the other run would have needed; null: it came to its end.</param>
public sealed record WhatIfView(GepaJob Job, string? Acceptance, string? Selector, RunStory Was, StoryView Played, string? Lack);
