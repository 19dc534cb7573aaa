namespace Supervisor.Configuration.Files;

/// <summary>Configurations of others that can be told from ours, and imported.</summary>
public enum ImportKind
{
    /// <summary>supervisord.conf of the Python supervisor.</summary>
    Supervisord,
    /// <summary>compose.yaml, docker-compose.yml.</summary>
    Compose,
    /// <summary>Procfile of foreman, honcho, Heroku.</summary>
    Procfile,
    /// <summary>systemd unit files: .service, with their .socket, .timer and drop-ins.</summary>
    Systemd,
}
