//! The link by which whoever has a mail ends all mail to its account, signed in or not (RFC 8058).

use crate::foundation::ProjectKey;
use crate::people::secrets::{secret_hmac, secret_matches};

/// What the link is signed as: no secret of a client has a line break in it.
fn signed_text(project: ProjectKey, account: &str) -> String {
    format!("tracewright unsubscribe 1\n{}\n{account}", project.0)
}

/// `PROJECT.ACCOUNT.SIGNATURE`
pub fn token(server_key: &[u8; 32], project: ProjectKey, account: &str) -> String {
    let mac = secret_hmac(server_key, &signed_text(project, account));
    format!("{}.{account}.{}", project.0, hex::encode(mac))
}

/// Whose mail a token ends; none where it was not made here.
pub fn read(server_key: &[u8; 32], token: &str) -> Option<(ProjectKey, String)> {
    let (project, rest) = token.split_once('.')?;
    let (account, mac) = rest.split_once('.')?;
    let (project, mac) = (ProjectKey(project.parse().ok()?), hex::decode(mac).ok()?);
    secret_matches(server_key, &signed_text(project, account), &mac).then(|| (project, account.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_made_here_is_believed() {
        let key = [9; 32];
        let made = token(&key, ProjectKey(1), "a-1");
        assert_eq!(read(&key, &made), Some((ProjectKey(1), "a-1".to_owned())));
        for forged in [
            made.replace("a-1", "a-2"),
            made.replacen('1', "2", 1),
            made.chars().take(made.len() - 2).collect(),
            format!("{made}00"),
            "1.a-1.".to_owned(),
            "1.a-1".to_owned(),
            String::new(),
        ] {
            assert_eq!(read(&key, &forged), None, "{forged}");
        }
        assert_eq!(read(&[8; 32], &made), None);
    }
}
