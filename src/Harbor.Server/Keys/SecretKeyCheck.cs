using System.Text;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Keys;

/// <summary>All processes of a database must have the key with which its variables are sealed.</summary>
internal sealed class SecretKeyCheck(Databases databases, SecretBox box, ServerOptions options, TimeProvider time)
{
    private const string Name = "secret_key";

    /// <summary>Says nothing about the key.</summary>
    private string Digest => box.Digest(Encoding.UTF8.GetBytes(Name));

    /// <summary>Before the key is read, which makes one where there is none.</summary>
    /// <exception cref="UsageException">A worker has none.</exception>
    public static void EnsureWorkersKey(ServerOptions options)
    {
        if (!options.Answers && !File.Exists(options.Data.SecretKeyFile))
        {
            throw new UsageException($"A worker needs the server's key: copy secret.key from the server's data folder to "
                + $"{options.Data.SecretKeyFile}, readable by its owner only.");
        }
    }

    /// <exception cref="UsageException">This worker has another one.</exception>
    public async Task EnsureSameAsync(CancellationToken ct)
    {
        await using var db = databases.Open();
        if (!options.Answers && await db.Settings.AsNoTracking().SingleOrDefaultAsync(row => row.Name == Name, ct) is { } known
            && known.Value != Digest)
        {
            throw new UsageException($"{options.Data.SecretKeyFile} is not the key of this database's server: copy the server's.");
        }
    }

    public async Task RememberAsync(CancellationToken ct)
    {
        if (options.Answers)
        {
            await Persistence.RunAsync(databases.Open, time, async db =>
            {
                if (await db.Settings.SingleOrDefaultAsync(row => row.Name == Name, ct) is { } known)
                {
                    known.Value = Digest;
                }
                else
                {
                    db.Settings.Add(new Setting { Name = Name, Value = Digest });
                }

                await db.SaveChangesAsync(ct);
            }, ct);
        }
    }
}
