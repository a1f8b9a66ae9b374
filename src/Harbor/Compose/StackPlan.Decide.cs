using Harbor.Engines;

namespace Harbor.Compose;

public sealed partial record StackPlan
{
    private static readonly TimeSpan StrangersGrace = TimeSpan.FromSeconds(10);
    private const string HashLabel = "com.docker.compose.config-hash";
    private const string ImageLabel = "com.docker.compose.image";

    public static StackPlan Decide(StackState now)
    {
        var decision = new Decision(now);
        decision.Strangers();
        decision.Leftovers();
        decision.Handmade();
        decision.Names();
        decision.Orphans();
        decision.Services();
        return new StackPlan(
            [.. decision.Changes.OrderBy(change => change.Service, StringComparer.Ordinal)], now.ToBuild, decision.Stamps)
        { Reloads = decision.Reloads, Rounds = decision.Rounds };
    }

    /// <summary>Follows what <c>compose up</c> does, measured with 2.26.1, and adds what it does not see.</summary>
    private sealed partial class Decision(StackState now)
    {
        private readonly List<EngineContainer> _containers = [.. now.Containers];
        private readonly Dictionary<string, DeployedContainer> _deployed = now.Deployed.ToDictionary(container => container.Id);

        // Services whose containers Compose makes anew because of another service, and why.
        private readonly Dictionary<string, string> _dragged = [];

        public List<ContainerChange> Changes { get; } = [];

        public Dictionary<string, string> Stamps { get; } = [];

        public IReadOnlyList<IReadOnlyList<string>> Rounds { get; private set; } = [];

        public void Strangers()
        {
            foreach (var stranger in now.Strangers)
            {
                var service = now.Deployed.First(container => container.Name == stranger.Name).Service;
                Changes.Add(new ContainerChange(service, stranger.Name, ContainerAction.Remove, ["is not of this stack, and has the name of its container: it was replaced by hand"], IsDrift: true)
                {
                    Id = stranger.Id,
                    StopGrace = StrangersGrace,
                });
            }
        }

        public void Leftovers()
        {
            foreach (var leftover in Repair.Find(_containers))
            {
                var gone = leftover.IsBetter ? leftover.Old : leftover.Replacement;
                if (gone is not null)
                {
                    Changes.Add(Change(gone, ContainerAction.Remove, ["was left by an interrupted recreate"], isDrift: true) with { IsLeftover = true });
                    _containers.RemoveAll(container => container.Id == gone.Id);
                }

                if (leftover.IsBetter)
                {
                    Add(leftover.Replacement, ContainerAction.Rename, $"was left by an interrupted recreate: gets its name {leftover.Name}");
                    Rename(leftover.Replacement, leftover.Name);
                }
            }
        }

        /// <summary>With the project's labels, but not by Compose, which passes over them, or with a name that another one gets back: they would be in its way.</summary>
        public void Handmade()
        {
            foreach (var made in _containers.Where(container => container.Label(HashLabel) is null || TookName(container)).ToList())
            {
                Changes.Add(Change(made, ContainerAction.Remove, ["was made or replaced by hand: Compose does not know it"], isDrift: true) with
                {
                    StopGrace = now.Model.Services.GetValueOrDefault(made.Service)?.StopGrace ?? StrangersGrace,
                });
                _containers.Remove(made);
            }
        }

        private bool TookName(EngineContainer container) =>
            !_deployed.ContainsKey(container.Id) && now.Deployed.Any(was => was.Name == container.Name && _containers.Exists(other => other.Id == was.Id));

        /// <summary>From here on the containers have the names that they get. Who else has one of them is deployed too, and gets its own.</summary>
        public void Names()
        {
            foreach (var was in now.Deployed)
            {
                if (_containers.Find(container => container.Id == was.Id) is { } found && found.Name != was.Name)
                {
                    Changes.Add(Change(found, ContainerAction.Rename, [$"was renamed by hand: gets its name {was.Name} back"], isDrift: true) with { NewName = was.Name });
                    Rename(found, was.Name);
                }
            }
        }

        public void Orphans()
        {
            foreach (var orphan in _containers.Where(container => !now.Model.Services.ContainsKey(container.Service)))
            {
                var isDrift = now.Deployed.Count > 0 && !_deployed.ContainsKey(orphan.Id);
                Changes.Add(Change(orphan, ContainerAction.Remove, [isDrift ? "was not deployed by Harbor" : $"no selected file has the service {orphan.Service} any more"], isDrift));
            }
        }

        public void Services()
        {
            var own = now.Model.Services.Values.ToDictionary(service => service.Name, Own);
            foreach (var service in now.Model.Services.Values)
            {
                Stamps[service.Name] = Stamp(service.Name, own[service.Name]);
            }

            var judged = now.Model.Services.Values.ToDictionary(service => service.Name, service => Judge(service, own[service.Name]));
            var recreated = Drag(judged);
            foreach (var service in now.Model.Services.Values)
            {
                Decide(service, judged[service.Name]);
            }

            AddCompleted();
            Rounds = InTurns([.. now.Model.Services.Values.Where(service => judged[service.Name].Count > 0 && !recreated.Contains(service.Name))], recreated);
        }

        private List<EngineContainer> Own(ResolvedService service) => [.. _containers.Where(container => container.Service == service.Name)];

        /// <summary>The digest, with a mark behind it where the containers have to be made anew for another reason, or were before.</summary>
        private string Stamp(string service, List<EngineContainer> own)
        {
            var digest = now.Digests.Services[service];
            return own.Exists(container => WasEdited(container) is not null || UnreadForGood(container).Count > 0) ? $"{digest}.{now.Nonce}"
                : own.Select(container => container.Label(ComposeTool.DigestLabel) ?? "").FirstOrDefault(label => IsOf(digest, label)) ?? digest;
        }

        private static bool IsOf(string digest, string label) => label == digest || label.StartsWith(digest + ".", StringComparison.Ordinal);

        private string? WasEdited(EngineContainer container) =>
            !_deployed.TryGetValue(container.Id, out var was) ? null
            : !RunningCheck.IsConnectedAs(was, container) ? RunningCheck.Reconnected(was, container)
            : now.Edited.GetValueOrDefault(container.Id);

        /// <summary>Why Compose makes the container anew for its own sake.</summary>
        private List<string> Outdated(ResolvedService service, EngineContainer container, out bool isDrift)
        {
            var label = container.Label(ComposeTool.DigestLabel) ?? "";
            var isSame = IsOf(now.Digests.Services[service.Name], label);
            var reasons = new List<string>(isSame ? UnreadForGood(container) : []);
            isDrift = false;
            if (WasEdited(container) is { } edited)
            {
                isDrift = true;
                reasons.Add(edited);
            }
            else if (label != Stamps[service.Name] && !_deployed.ContainsKey(container.Id) && reasons.Count == 0)
            {
                isDrift = true;
                reasons.Add(label.Length == 0 ? "was not deployed by Harbor: it was made or replaced by hand" : "is of a Deploy that did not get to its end, or was replaced by hand");
            }

            if (!isSame && _deployed.ContainsKey(container.Id))
            {
                reasons.AddRange(PartChanges.Between(now.Parts?.GetValueOrDefault(service.Name), now.Digests.Parts[service.Name], now.RenderedChanges));
            }
            else if (label != Stamps[service.Name] && reasons.Count == 0)
            {
                reasons.Add("another container of the service is made anew");
            }

            if (now.ToBuild.Contains(service.Name))
            {
                reasons.Add("its image is built again");
            }
            else if (!now.Images.TryGetValue(service.Image, out var image))
            {
                reasons.Add($"image {service.Image} is not here and is pulled");
            }
            else if ((container.Label(ImageLabel) ?? container.ImageId) != image)
            {
                isDrift |= isSame;
                reasons.Add($"image {service.Image} is another one now");
            }

            return reasons;
        }

        /// <summary>What shares a namespace or volumes with a container has to follow it; so has what says <c>depends_on: {x: {restart: true}}</c>.</summary>
        /// <returns>All services that are made anew.</returns>
        private HashSet<string> Drag(Dictionary<string, List<Judged>> judged)
        {
            var created = judged.Where(service => service.Value.Count == 0).Select(service => service.Key).ToHashSet();
            var recreated = now.Model.Services.Values
                .Where(service => judged[service.Name].Take(service.Replicas).Any(entry => entry.Why.Count > 0)).Select(service => service.Name).ToHashSet();
            for (var again = true; again;)
            {
                again = false;
                foreach (var service in now.Model.Services.Values.Where(service => !recreated.Contains(service.Name) && !created.Contains(service.Name)))
                {
                    var shared = service.SharedWith.FirstOrDefault(other => recreated.Contains(other) || created.Contains(other));
                    var waited = service.RestartsWith.FirstOrDefault(recreated.Contains);
                    if ((shared ?? waited) is { } cause)
                    {
                        _dragged[service.Name] = shared is null ? $"it restarts with {cause}, which is made anew" : $"it shares with {cause}, which is made anew";
                        again = recreated.Add(service.Name);
                    }
                }
            }

            return recreated;
        }

        /// <summary>Those that stay first: what is beyond the service's replicas goes.</summary>
        private List<Judged> Judge(ResolvedService service, List<EngineContainer> own) =>
            [.. own.Select(container => new Judged(container, Outdated(service, container, out var isDrift), isDrift))
                .OrderBy(entry => entry.Why.Count > 0).ThenBy(entry => entry.Container.Number)];

        private void Decide(ResolvedService service, List<Judged> own)
        {
            foreach (var (surplus, _, _) in own.Skip(service.Replicas))
            {
                var isDrift = now.Deployed.Count > 0 && !_deployed.ContainsKey(surplus.Id);
                Changes.Add(Change(surplus, ContainerAction.Remove, [isDrift ? $"was added by hand: the service has {service.Replicas}" : $"the service has {service.Replicas} now"], isDrift) with
                {
                    StopGrace = service.StopGrace,
                });
            }

            foreach (var (container, why, isDrift) in own.Take(service.Replicas))
            {
                if (why.Count > 0)
                {
                    Changes.Add(Change(container, ContainerAction.Recreate, why, isDrift));
                }
                else if (_dragged.TryGetValue(service.Name, out var cause))
                {
                    Changes.Add(Change(container, ContainerAction.Recreate, [cause], isDrift: false));
                }
                else
                {
                    Kept(service, container);
                }
            }

            var gone = now.Deployed.Where(was => was.Service == service.Name && !now.Containers.Any(container => container.Id == was.Id)).ToList();
            for (var i = own.Count; i < service.Replicas; i++)
            {
                var was = gone.ElementAtOrDefault(i - own.Count);
                Changes.Add(new ContainerChange(
                    service.Name,
                    Container: null,
                    ContainerAction.Create,
                    [was is not null ? $"container {was.Name} is gone" : own.Count == 0 ? "it is not there yet" : $"the service has {service.Replicas} now"],
                    IsDrift: was is not null));
            }
        }

        /// <summary><c>compose up</c> starts all that does not run: what has completed is done once more as soon as there is anything to do.</summary>
        private void AddCompleted()
        {
            if (!new StackPlan(Changes, now.ToBuild, Stamps).NeedsUp)
            {
                return;
            }

            foreach (var container in _containers.Where(container => container is { State: ContainerState.Exited, ExitCode: 0 }))
            {
                if (now.Model.Services.ContainsKey(container.Service) && !Changes.Exists(change => change.Id == container.Id && change.Action != ContainerAction.Rename))
                {
                    Changes.Add(Change(container, ContainerAction.Start, ["has completed, and runs once more with each change of the stack"], isDrift: false));
                }
            }
        }

        private void Add(EngineContainer container, ContainerAction action, string why) => Changes.Add(Change(container, action, [why], isDrift: true));

        private static ContainerChange Change(EngineContainer container, ContainerAction action, IReadOnlyList<string> why, bool isDrift) =>
            new(container.Service, container.Name, action, why, isDrift) { Id = container.Id };

        /// <param name="Why">It is made anew; nothing where it is as it should be.</param>
        private sealed record Judged(EngineContainer Container, IReadOnlyList<string> Why, bool IsDrift);

        private void Rename(EngineContainer container, string name) =>
            _containers[_containers.FindIndex(other => other.Id == container.Id)] = container with { Name = name };
    }
}
