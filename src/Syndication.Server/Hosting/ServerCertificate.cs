using System.Security.Cryptography.X509Certificates;
using Syndication.Server.Configuration;

namespace Syndication.Server.Hosting;

/// <summary>The server's certificate, read again when its files change: a renewed one is served without a restart. Connections that are open keep the old one.</summary>
public sealed partial class ServerCertificate : IDisposable
{
    /// <summary>How often the files are looked at, while clients connect.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ServerCertificate> _logger;
    private readonly Lock _gate = new();
    private Loaded _current;
    private long _looked;

    /// <summary>Reads the certificate.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read; the message names the setting.</exception>
    public ServerCertificate(TlsOptions options, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        (_options, _time, _logger, _looked) = (options, time, logger, time.GetTimestamp());
        try
        {
            _current = Load();
        }
        catch (Exception exception) when (exception is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"Syndication:Tls:CertificatePath is \"{options.CertificatePath}\", which cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The certificate as it is now.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_looked) >= LookInterval)
                {
                    _looked = _time.GetTimestamp();
                    Renew();
                }

                return _current.Certificate;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _current.Certificate.Dispose();

    private void Renew()
    {
        try
        {
            if (Changed() != _current.Changed)
            {
                // The old one is left to the connections that are being opened with it.
                _current = Load();
                LogRenewed(_logger, _options.CertificatePath, _current.Certificate.NotAfter);
            }
        }
        catch (Exception exception) when (exception is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Half written, perhaps: looked at again.
            LogFault(_logger, _options.CertificatePath, exception);
        }
    }

    private Loaded Load()
    {
        var changed = Changed();
        var password = _options.Password.Length > 0 ? _options.Password : null;
        var isPfx = Path.GetExtension(_options.CertificatePath).ToUpperInvariant() is ".PFX" or ".P12";
        if (isPfx)
        {
            return new Loaded(X509CertificateLoader.LoadPkcs12FromFile(_options.CertificatePath, password), changed);
        }

        var keyPath = _options.KeyPath.Length > 0 ? _options.KeyPath : null;
        using var read = password is null
            ? X509Certificate2.CreateFromPemFile(_options.CertificatePath, keyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(_options.CertificatePath, password, keyPath);

        // A key that was read from PEM is not accepted by every platform's TLS: exported and read again it is.
        return new Loaded(X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null), changed);
    }

    private (DateTime Certificate, DateTime Key) Changed() => (
        File.GetLastWriteTimeUtc(_options.CertificatePath),
        _options.KeyPath.Length > 0 ? File.GetLastWriteTimeUtc(_options.KeyPath) : default);

    [LoggerMessage(Level = LogLevel.Information, Message = "The certificate {Path} was renewed; it is valid until {NotAfter}")]
    private static partial void LogRenewed(ILogger logger, string path, DateTime notAfter);

    [LoggerMessage(Level = LogLevel.Error, Message = "The certificate {Path} has changed and cannot be read; the one before is served")]
    private static partial void LogFault(ILogger logger, string path, Exception exception);

    private sealed record Loaded(X509Certificate2 Certificate, (DateTime Certificate, DateTime Key) Changed);
}
