namespace Supervisor.Cli;

/// <summary>What <c>supervisor init</c> writes: a valid file that runs as it is.</summary>
internal static class StarterFile
{
    /// <summary>The text.</summary>
    public const string Text =
        """
        # Configuration of Supervisor. `supervisor check` looks at it, `supervisor run` runs it, `supervisor apply` puts changes in force.
        # Every key with its default: docs/configuration.md; completion in editors: `supervisor schema > supervisor.schema.json`.
        # yaml-language-server: $schema=supervisor.schema.json
        version: 1

        # supervisor:
        #   directory: ./run              # sockets, state and logs; auto (the default): the usual places of root, or of a user
        #   control: {group: adm}         # who may ask besides root and the owner; group_may: all lets them change things too
        #   stop_timeout: 90s             # limit of the whole shutdown

        # Keys that every job starts from.
        # defaults:
        #   log: {timestamp: true, max_size: 10MiB, max_files: 5}

        jobs:
          # A service: started, kept running, stopped in order.
          hello:
            command: [sh, -c, "while :; do date; sleep 5; done"]   # a program and its arguments; no shell unless you name one
            # directory: /srv/hello
            # user: www-data
            # environment: {PORT: "8080", LEVEL: "${LEVEL:-info}"}
            # environment_file: [-/etc/default/hello]               # a leading `-`: it may be missing
            # restart: on-failure           # always | on-failure | never, or {policy, delay, factor, max_delay, limit, within, ...}
            # stop: {signal: SIGTERM, timeout: 10s}
            # limits: {nofile: "1024:524288"}
            # instances: 4                  # hello@0 .. hello@3; `supervisor scale hello=6` while it runs

          # A oneshot: runs to its end, and others may wait for its success.
          # migrate:
          #   kind: oneshot
          #   command: [/usr/local/bin/migrate, --all]

          # depends_on: started | ready | completed | succeeded.
          # web:
          #   command: [/usr/sbin/nginx, -g, daemon off;]
          #   depends_on: {migrate: succeeded, hello: ready}
          #   ready: {after: 1s}

        """;
}
