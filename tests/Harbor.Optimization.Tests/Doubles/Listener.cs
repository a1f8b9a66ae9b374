using Harbor.Optimization.Events;

namespace Harbor.Optimization.Doubles;

internal sealed class Listener(Action<GepaEvent> hear) : IGepaObserver
{
    public void OnEvent(GepaEvent happened) => hear(happened);
}
