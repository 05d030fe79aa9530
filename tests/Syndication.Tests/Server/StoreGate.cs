using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Syndication.Articles;
using Syndication.Log;
using Syndication.Sqlite;

namespace Syndication.Tests.Server;

/// <summary>Stands between the server and its database, and takes it away when a test says so.</summary>
public sealed class StoreGate
{
    /// <summary>What every access throws; null while the database is there.</summary>
    public Func<Exception>? Fault { get; set; }

    /// <summary>The one method that fails; null: all.</summary>
    public string? Method { get; set; }

    /// <summary>The accesses that have failed.</summary>
    public int Faults => _faults;

    private int _faults;

    /// <summary>For <see cref="ServerFixture.StartAsync(Action{WebApplicationBuilder}, string[])"/>.</summary>
    public void Install(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SqliteLogStore>();
        builder.Services.AddSingleton<SqliteArticleStore>();
        builder.Services.Replace(ServiceDescriptor.Singleton(services => Proxy<ILogStore>.Of(services.GetRequiredService<SqliteLogStore>(), this)));
        builder.Services.Replace(ServiceDescriptor.Singleton(services => Proxy<IArticleStore>.Of(services.GetRequiredService<SqliteArticleStore>(), this)));
    }

    private void Pass(string method)
    {
        if (Fault is { } fault && (Method is null || Method == method))
        {
            Interlocked.Increment(ref _faults);
            throw fault();
        }
    }

    /// <summary>Public and open, because the runtime derives from it.</summary>
    public class Proxy<T> : DispatchProxy
        where T : class
    {
        private T _store = null!;
        private StoreGate _gate = null!;

        internal static T Of(T store, StoreGate gate)
        {
            var proxy = Create<T, Proxy<T>>();
            ((Proxy<T>)(object)proxy)._store = store;
            ((Proxy<T>)(object)proxy)._gate = gate;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            _gate.Pass(targetMethod!.Name);
            return targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}
