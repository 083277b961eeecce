//! Planted secrets, and ordinary text that must not be eaten.

use proptest::prelude::*;

use super::scan::Scan;
use super::{MASKED, Mask, keys};

fn mask(text: &str) -> String {
    let mask = Mask { scan: Scan::new() };
    mask.text(text).map_or_else(|| text.to_owned(), std::borrow::Cow::into_owned)
}

/// Each line stands for itself: `S3cr3t` and its like must go, the rest must stay.
const PLANTED: &str = r#"
password: S3cr3t-x
+    db_password: "S3cr3t-x"
-  - password: S3cr3t-x with blanks
  'DB_PASSWORD': 'S3cr3t-x', 'HOST': 'db1'
{"user": "bob", "password": "S3cr3t\"-x", "port": 5432}
{\"user\": \"bob\", \"api_key\": \"S3cr3t-x\", \"port\": 5432}
export DB_PASSWORD=S3cr3t-x
DB_PASSWORD=S3cr3t-x ./manage.py migrate --noinput
MYSQL_PWD=S3cr3t-x mysql app
PGPASSWORD='S3cr3t-x' psql -h db1
app --password=S3cr3t-x --verbose
app --password S3cr3t-x --verbose
app --api-key "S3cr3t-x y" --verbose
mysql -u root -pS3cr3t-x app
mysqldump --single-transaction -p'S3cr3t-x' app
sshpass -p S3cr3t-x ssh web1
curl -s -u bob:S3cr3t-x https://example.org/
redis-cli -h db1 -a S3cr3t-x ping
echo 'bob:S3cr3t-x' | chpasswd
[client]password = S3cr3t-x
secret_key = S3cr3t-x
SECRET_KEY = 'S3cr3t-x'
token=S3cr3t-x&page=2
https://example.org/?access_token=S3cr3t-x&page=2
postgres://app:S3cr3t-x@db1:5432/app
redis://:S3cr3t-x@db1/0
Authorization: Bearer S3cr3tS3cr3tS3cr3t
"Authorization": "Basic S3cr3tS3cr3t=="
curl -H 'Authorization: token S3cr3tS3cr3t' https://example.org/
Cookie: session=S3cr3tS3cr3t
AKIAS3CR3TS3CR3TXXXX is no key of this shape
<password>S3cr3t-x</password>
CREATE USER 'app'@'%' IDENTIFIED BY 'S3cr3t-x'
login failed for bob, password: S3cr3t-x
//registry.npmjs.org/:_authToken=S3cr3t-x
requirepass=S3cr3t-x
SetEnv DB_PASSWORD S3cr3t-x
password => 'S3cr3t-x'
settings['SECRET_KEY'] = 'S3cr3t-x'
password: {'old': 'S3cr3t-x', 'new': 'S3cr3t-y'}
bob:$6$rounds=5000$abcdefgh$S3cr3tS3cr3tS3cr3t/:19000:0:99999:7:::
"#;

#[test]
fn planted_secrets_go() {
    for line in PLANTED.lines().filter(|line| !line.is_empty()) {
        let masked = mask(line);
        if line.starts_with("AKIA") {
            continue;
        }
        assert!(masked.contains(MASKED), "nothing is masked in: {line}");
        assert!(!masked.to_lowercase().contains("s3cr3t"), "{line}\n{masked}");
        assert_eq!(mask(&masked), masked, "masked twice");
    }
}

#[test]
fn what_is_beside_a_secret_stays() {
    for (line, expected) in [
        ("+    password: S3cr3t", "+    password: ‹masked›"),
        ("{'password': 'S3cr3t', 'port': 1}", "{'password': '‹masked›', 'port': 1}"),
        ("PASSWORD=S3cr3t ./run --all", "PASSWORD=‹masked› ./run --all"),
        ("mysql -u root -pS3cr3t app < dump.sql", "mysql -u root -p‹masked› app < dump.sql"),
        ("postgres://app:S3cr3t@db1/app", "postgres://app:‹masked›@db1/app"),
        ("https://x.org/?token=S3cr3t&page=2", "https://x.org/?token=‹masked›&page=2"),
        ("Authorization: Basic S3cr3tS3cr3t", "Authorization: Basic ‹masked›"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----\nafter",
            "-----BEGIN RSA PRIVATE KEY-----\n‹masked›\n-----END RSA PRIVATE KEY-----\nafter",
        ),
        ("+password: |\n+  one\n+  two\n+user: bob", "+password: |\n+  ‹masked›\n+  ‹masked›\n+user: bob"),
        (
            "secrets:\n  db: one\n  api: two\nuser: bob",
            "secrets:\n  db: ‹masked›\n  api: ‹masked›\nuser: bob",
        ),
    ] {
        assert_eq!(mask(line), expected);
    }
}

#[test]
fn tokens_are_known_by_their_looks() {
    for token in [
        ["AKIA", "IOSFODNN7EXAMPLE"].concat(),
        ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat(),
        ["github_pat_", "11ABCDEFG0abcdefghijklmno"].concat(),
        ["glpat-", "abcdEFGH1234ijklMNOP"].concat(),
        ["xoxb-", "123456789012-abcdefABCDEF"].concat(),
        ["eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP"].concat(),
        ["hvs.", "CAESIJabcdefghijklmnopqrst"].concat(),
    ] {
        let text = format!("it says {token} and goes on");
        assert_eq!(mask(&text), "it says ‹masked› and goes on", "{token}");
    }
}

#[test]
fn ordinary_text_is_not_eaten() {
    for line in r#"
The user's password was changed
Password changed for bob
Package passwd is already installed
The following packages were installed/updated: passwd, libsecret-1-0
passwd:         files systemd
shadow:         files
Access denied for user 'bob'@'localhost' (using password: YES)
Access denied for user 'bob'@'localhost' (using password: NO)
Unexpected token: expected a name
Unexpected token '}' in line 5
PasswordAuthentication no
password_file: /etc/app/password
token_ttl: 3600
max_tokens: 4096
secret_name: app-tls
PWD=/srv/app
OLDPWD=/root
commit 5d41402abc4b2a76b9719d911017c592a1b2c3d4
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
mode: 0644
https://docs.saltproject.io/en/latest/ref/states/all/salt.states.cmd.html
git@github.com:saltstack/salt.git
ssh://git@github.com/saltstack/salt.git
password: {{ pillar['db']['password'] }}
password: ${DB_PASSWORD}
password = $DB_PASSWORD
password: ********
passwd: XXX-REDACTED-XXX
if password == other:
authorization failed
Authorization required
password	[success=1 default=ignore]	pam_unix.so obscure yescrypt
apt-get remove --purge mysql-server -y
mysql -u root -p app
docker.io/library/secret:latest
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ bob@web1
-----BEGIN CERTIFICATE-----
root:x:0:0:root:/root:/bin/bash
auth_mechanisms = plain login
compassion: 5
tokenizers: 0.15.2
pass through
passed: 12
"#
    .lines()
    .filter(|line| !line.is_empty())
    {
        assert_eq!(mask(line), line);
    }
}

#[test]
fn names_of_secrets() {
    for name in [
        "password",
        "db_password",
        "DB-PASSWORD",
        "dbPassword",
        "PGPASSWORD",
        "api_key",
        "apiKey",
        "APIKEY",
        "token",
        "access_token",
        "auth.token",
        "client_secret",
        "secret_id",
        "password2",
        "db_pass",
        "MYSQL_PWD",
        "password_hash",
        "mysql-server/root_password",
        "aws_secret_access_key",
        "private_key",
        "requirepass",
    ] {
        assert!(keys::is_secret(name), "{name}");
    }
    for name in [
        "password_file",
        "token_ttl",
        "secretName",
        "passed",
        "compass",
        "key",
        "keys",
        "public_key",
        "ssh_key",
        "pwdx",
        "max_tokens",
        "tokenizer",
        "PasswordAuthentication",
        "password_changed",
        "secretary",
        "bypass",
        "",
    ] {
        assert!(!keys::is_secret(name), "{name}");
    }
}

proptest! {
    /// Any text is fine, and masking twice is masking once.
    #[test]
    fn masking_twice_is_masking_once(
        text in "(password|token=|--secret |[\"'\\\\:={}\\[\\]<>|,; \n\t+-]|user:pw@|://|é|[a-z0-9]{1,5}|-----BEGIN PRIVATE KEY-----){0,24}"
    ) {
        let once = mask(&text);
        prop_assert_eq!(mask(&once), once);
    }
}
