using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Control;

public class SecretsTests
{
    [Theory]
    [InlineData("amqp://web:hunter2@host:5672/x", "amqp://web:(hidden)@host:5672/x")]
    [InlineData("redis://:hunter2@host", "redis://:(hidden)@host")]
    [InlineData("worker '--db=postgres://u:p@ss@db/x?a=b' http://a:b@c", "worker '--db=postgres://u:(hidden)@db/x?a=b' http://a:(hidden)@c")]
    [InlineData("A=http://localhost:80/a@b, B=x@y", "A=http://localhost:80/a@b, B=x@y")]
    [InlineData("ssh://web@host:22", "ssh://web@host:22")]
    [InlineData("user:password@host", "user:password@host")]
    public void A_password_in_an_address_is_hidden(string text, string shown) => Assert.Equal(shown, Secrets.WithoutPasswords(text));

    [Theory]
    [InlineData("DB_PASSWORD", true)]
    [InlineData("api_key", true)]
    [InlineData("DATABASE_URL", true)]
    [InlineData("PORT", false)]
    public void A_variable_is_hidden_by_its_name(string name, bool hidden) => Assert.Equal(hidden, Secrets.IsSecret(name));
}
