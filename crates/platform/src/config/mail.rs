//! The server that takes our mail.

use std::fmt;
use std::net::IpAddr;

use crate::foundation::{Error, Result};

use super::Values;

/// How mail leaves; nothing is mailed without an address of a server.
#[derive(Clone, Default)]
pub struct MailConfig {
    /// `smtps://user:password@host:port`, or `smtp://…`, with what it asks for of TLS written out.
    pub server: Option<String>,
    /// Whom mail is from: `Tracewright <work@example.com>`; there whenever there is a server.
    pub from: String,
}

impl MailConfig {
    pub(super) fn read(values: &mut Values) -> Result<Self> {
        let url = values.secret("mail.url")?;
        let from = values.optional("mail.from").unwrap_or_default();
        let open_wire = values.switch("mail.open-wire", false)?;
        let server = url.map(|url| server_of(url.trim(), open_wire)).transpose()?;
        let is_address =
            from.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        if server.is_some() && (!is_address || from.chars().any(char::is_control)) {
            return Err(Error::invalid(
                "mail.from",
                "say whom mail is from, such as Tracewright <work@example.com>",
            ));
        }
        Ok(Self { server, from })
    }

    /// Whether anything can be mailed.
    pub fn is_on(&self) -> bool {
        self.server.is_some()
    }
}

impl fmt::Debug for MailConfig {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailConfig")
            .field("is_on", &self.is_on())
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// The address of a server of which the wire is closed: by TLS from the start, by STARTTLS, or because it leads to this very
/// machine. What it holds is in no message: there is a password in it.
fn server_of(url: &str, open_wire: bool) -> Result<String> {
    let wrong =
        |why: &str| Error::invalid("mail.url", format!("{why}; expected smtps://user:password@host:465"));
    let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("this is no address of a mail server"))?;
    let host = host_of(rest).ok_or_else(|| wrong("the address names no host"))?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let tls = query.split('&').find_map(|pair| pair.strip_prefix("tls="));
    match (scheme, tls) {
        ("smtps", None) | ("smtp", Some("required")) => Ok(url.to_owned()),
        ("smtp", None) if open_wire || is_this_machine(host) => Ok(url.to_owned()),
        ("smtp", Some("opportunistic")) if open_wire || is_this_machine(host) => Ok(url.to_owned()),
        ("smtp", None) if query.is_empty() => Ok(format!("smtp://{path}?tls=required")),
        ("smtp", Some("opportunistic")) => {
            Err(wrong("without TLS anybody on the way reads mail and password; mail.open-wire allows that"))
        }
        _ => Err(wrong("the address must begin with smtps:// or smtp:// and may end with ?tls=required")),
    }
}

/// The host of what stands behind `://`: behind the password, before the port.
fn host_of(rest: &str) -> Option<&str> {
    let authority = rest.split(['/', '?', '#']).next()?;
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let host = match place.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?.0,
        None => place.split(':').next()?,
    };
    Some(host).filter(|host| !host.is_empty())
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, open_wire: &str) -> Result<MailConfig> {
        let from = ("mail.from", "Shop <work@example.com>");
        MailConfig::read(&mut Values::of(&[("mail.url", url), from, ("mail.open-wire", open_wire)]))
    }

    #[test]
    fn the_wire_to_another_machine_is_closed_unless_the_operator_says_otherwise() {
        for (url, open_wire, server) in [
            ("smtps://a:b@mail.example.com", "no", Some("smtps://a:b@mail.example.com")),
            ("smtp://a:b@mail.example.com:587", "no", Some("smtp://a:b@mail.example.com:587?tls=required")),
            ("smtp://mail.example.com?tls=required", "no", Some("smtp://mail.example.com?tls=required")),
            ("smtp://mail.example.com", "yes", Some("smtp://mail.example.com")),
            ("smtp://127.0.0.1:2525", "no", Some("smtp://127.0.0.1:2525")),
            ("smtp://[::1]:2525", "no", Some("smtp://[::1]:2525")),
            (
                "smtp://localhost@mail.example.com",
                "no",
                Some("smtp://localhost@mail.example.com?tls=required"),
            ),
            ("smtp://mail.example.com?tls=opportunistic", "no", None),
            ("smtp://mail.example.com?tls=never", "yes", None),
            ("http://mail.example.com", "no", None),
            ("smtp://:25", "no", None),
            ("mail.example.com", "no", None),
        ] {
            let found = read(url, open_wire).map(|mail| mail.server.unwrap());
            assert_eq!(found.as_deref().ok(), server, "{url} {open_wire}");
        }
    }

    #[test]
    fn nothing_is_mailed_without_a_sender_and_no_password_is_printed() {
        assert!(!MailConfig::read(&mut Values::of(&[])).unwrap().is_on());
        assert!(MailConfig::read(&mut Values::of(&[("mail.url", "smtps://a:secret@h")])).is_err());
        let mail = read("smtps://a:secret@h", "no").unwrap();
        assert!(mail.is_on() && !format!("{mail:?}").contains("secret"), "{mail:?}");
        let refused = read("smtps://a:secret@", "no").unwrap_err();
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
}
