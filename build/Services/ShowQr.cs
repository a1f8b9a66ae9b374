using Harbor.Frosting;
using QRCoder;

namespace Harbor.Pipeline.Services;

[TaskName("Qr")]
[TaskDescription("Prints a service's address, or any text, as a QR code.")]
[TaskGroup(Groups.Look)]
[ReadOnly]
[PrintsResult]
[TakesWords("SERVICE | TEXT")]
[TaskOption("project-name", "Name of the Compose project, instead of the deployed one", Value = "NAME")]
[Leaves("nothing; the address is the one for other machines of this network")]
[Example("qr web")]
[Example("qr https://example.org")]
public sealed class ShowQr : AsyncFrostingTask<HarborContext>
{
    private const int MostBytes = 1200; // More would not fit on a terminal.

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (context.Settings.Words is not [var word])
        {
            throw new InvalidStackException("A service or a text is needed: qr web.");
        }

        var text = word;
        if (!word.Contains("://", StringComparison.Ordinal))
        {
            var containers = ServiceAddresses.Choose(context, await context.RunningAsync(ct), [word]);
            var addresses = ServiceAddresses.Find(context, containers, lan: true);
            text = addresses.FirstOrDefault(address => address.Contains("://", StringComparison.Ordinal))
                ?? (addresses.Count > 0 ? addresses[0] : throw new HarborException($"{word} has no address: it publishes no port."));
        }

        context.Say($"{Draw(text)}\n{text}");
    }

    /// <summary>Two rows of the code a line, light on dark.</summary>
    internal static string Draw(string text)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(text) > MostBytes)
        {
            throw new InvalidStackException($"A QR code for a terminal has at most {MostBytes} bytes.");
        }

        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var drawing = new AsciiQRCode(code);
        return drawing.GetGraphicSmall(drawQuietZones: true).TrimEnd('\n');
    }
}
