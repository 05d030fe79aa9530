using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Syndication.Subscriptions;

namespace Syndication.Benchmarks.Nodes;

/// <summary>
/// The child's side of a measurement: tells its address and answers on its standard output what is asked on its standard
/// input. No endpoint of its own, so that the server under test is the one that is shipped.
/// </summary>
internal sealed class NodeControl : IDisposable
{
    /// <summary>Tells answers from log lines.</summary>
    public const string Mark = "#node ";

    private readonly WebApplication _app;
    private readonly Action<int> _send;
    private readonly MeterListener _meters = new();
    private long _encodings;
    private long _statements;

    private NodeControl(WebApplication app, Action<int> send)
    {
        _app = app;
        _send = send;
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == UpdateEncoder.MeterName || instrument.Name == "syndication.store.statements")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, count, _, _) =>
            Interlocked.Add(ref instrument.Meter.Name == UpdateEncoder.MeterName ? ref _encodings : ref _statements, count));
        _meters.Start();
    }

    /// <summary>Serves control lines once the node has started; the node ends with its parent.</summary>
    /// <param name="app">The node.</param>
    /// <param name="send">Sends so many updates to the subscribers without a publish.</param>
    public static NodeControl Attach(WebApplication app, Action<int> send)
    {
        var control = new NodeControl(app, send);
        app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(control.Start);
        return control;
    }

    /// <inheritdoc/>
    public void Dispose() => _meters.Dispose();

    private void Start()
    {
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

        // gRPC's address is the first one that either node binds.
        Console.WriteLine($"{Mark}{addresses.First()}");
        new Thread(Serve) { IsBackground = true, Name = "control" }.Start();
    }

    private void Serve()
    {
        while (Console.ReadLine() is { } line)
        {
            if (line.StartsWith("send ", StringComparison.Ordinal))
            {
                _send(int.Parse(line.AsSpan(5), CultureInfo.InvariantCulture));
            }
            else
            {
                if (line == "compact")
                {
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    GC.WaitForPendingFinalizers();
                }

                var cpu = Environment.CpuUsage.TotalTime;
                var stats = new NodeStats(
                    cpu.Ticks / TimeSpan.TicksPerMicrosecond, GC.GetTotalAllocatedBytes(precise: true), Interlocked.Read(ref _encodings), GC.CollectionCount(2),
                    Environment.WorkingSet,
                    JitInfo.GetCompilationTime().Ticks / TimeSpan.TicksPerMicrosecond,
                    Interlocked.Read(ref _statements));
                Console.WriteLine(Mark + stats.ToJson());
            }
        }

        _app.Lifetime.StopApplication();
    }
}
