//! One letter to one server, on a blocking thread.

use std::time::{Duration, SystemTime};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{Address, Message, SmtpTransport, Transport as _};

use crate::config::MailConfig;
use crate::foundation::Timestamp;
use crate::notices::model::one_line;

use super::compose::Letter;

/// How long each step of the talk with the server may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Characters of what the server said that are kept.
const MAX_SHOWN: usize = 300;
/// Characters of a name.
const MAX_NAME: usize = 100;

/// Whom it is for, and what makes it one letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    pub name: String,
    pub address: String,
    /// The same each time it is sent again.
    pub id: String,
    pub at: Timestamp,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// The server has it.
    Sent,
    /// The server will not take it, whenever it is asked.
    Refused(String),
    /// Not now.
    Later(String),
}

/// Hands a letter to the server.
pub fn post(config: &MailConfig, letter: &Letter, to: &Addressed) -> Posted {
    let Some(server) = &config.server else { return Posted::Later("the server cannot mail".to_owned()) };
    let message = match message(&config.from, letter, to) {
        Ok(message) => message,
        Err(why) => return Posted::Refused(why),
    };
    let sent = SmtpTransport::from_url(server)
        .map(|builder| builder.timeout(Some(TIMEOUT)).build())
        .and_then(|transport| transport.send(&message));
    match sent {
        Ok(_) => Posted::Sent,
        Err(cause) if is_final(&cause) => Posted::Refused(shown(&cause)),
        Err(cause) => Posted::Later(shown(&cause)),
    }
}

/// Whether asking again is of no use. That we may not send at all is mended by the operator, and the letter waits for that.
fn is_final(cause: &SmtpError) -> bool {
    let code = cause.status().map(u16::from);
    cause.is_permanent() && !matches!(code, Some(530 | 534 | 535 | 538))
}

/// What the server said, without line breaks.
fn shown(cause: &SmtpError) -> String {
    let text = cause.to_string();
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_SHOWN).collect();
    format!("the mail server: {}", line.trim())
}

fn message(from: &str, letter: &Letter, to: &Addressed) -> Result<Message, String> {
    let from: Mailbox = from.parse().map_err(|e| format!("mail.from is no address: {e}"))?;
    let address: Address =
        to.address.parse().map_err(|e| format!("{} is no address that takes mail: {e}", to.address))?;
    let id = format!("<{}@{}>", to.id, from.email.domain());
    let micros = u64::try_from(to.at.0).unwrap_or_default();
    let name = Some(one_line(&to.name, MAX_NAME)).filter(|name| !name.is_empty());
    Message::builder()
        .from(from)
        .to(Mailbox::new(name, address))
        .subject(letter.subject.clone())
        .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
        .message_id(Some(id))
        .raw_header(header("List-Unsubscribe", format!("<{}>", letter.unsubscribe)))
        .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .multipart(MultiPart::alternative_plain_html(letter.plain.clone(), letter.html.clone()))
        .map_err(|e| format!("the letter cannot be written: {e}"))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            subject: "WO-2026-031: Given to you – now".to_owned(),
            plain: "Sam gave you WO-2026-031".to_owned(),
            html: "<p>Sam gave you WO-2026-031</p>".to_owned(),
            unsubscribe: "https://shop.example.com/notices/unsubscribe/1.a.ff".to_owned(),
        }
    }

    fn to(name: &str, address: &str) -> Addressed {
        let at = Timestamp(1_795_251_600_000_000);
        Addressed { name: name.to_owned(), address: address.to_owned(), id: "n-1".to_owned(), at }
    }

    #[test]
    fn a_letter_has_the_headers_that_mailboxes_ask_for() {
        let made =
            message("Shop <work@example.com>", &letter(), &to("Dana, \"the\" Okafor", "dana@example.com"));
        let text = String::from_utf8(made.unwrap().formatted()).unwrap();
        for line in [
            "Message-ID: <n-1@example.com>",
            "Date: Sat, 21 Nov 2026 09:00:00 +0000",
            "List-Unsubscribe: <https://shop.example.com/notices/unsubscribe/1.a.ff>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }

    #[test]
    fn neither_a_name_nor_an_address_begins_a_header() {
        for (name, address) in [("Dana\r\nBcc: x@example.com", "dana@example.com"), ("", "dana@example.com")]
        {
            let made = message("work@example.com", &letter(), &to(name, address)).unwrap();
            let text = String::from_utf8(made.formatted()).unwrap();
            assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
        }
        for address in
            ["dana", "dana@example.com\r\nBcc: x@example.com", "a b@example.com", "@example.com", ""]
        {
            assert!(message("work@example.com", &letter(), &to("Dana", address)).is_err(), "{address}");
        }
    }
}
