//! What a webhook is sent. Pure.

use serde_json::{Value, json};

use crate::foundation::{ProjectKey, Timestamp};

/// The type of the message by which somebody tries a webhook.
pub const TEST: &str = "webhook.test";

/// One message, before it has an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its type: the word of a kind of notice, or [`TEST`].
    pub kind: String,
    /// What makes it one: the event, or what is due when.
    pub source: String,
    /// The account that did it, or `system`.
    pub actor: String,
    /// `work_order`, `procedure`, `asset` or `schedule`; empty for a test.
    pub about_kind: &'static str,
    pub about_id: String,
    pub number: String,
    /// The very place.
    pub link: String,
    /// When it happened.
    pub at: Timestamp,
}

impl Message {
    /// One that only says that the way is open.
    pub fn test(source: &str, actor: &str, link: String, at: Timestamp) -> Self {
        Self {
            kind: TEST.to_owned(),
            source: source.to_owned(),
            actor: actor.to_owned(),
            about_kind: "",
            about_id: String::new(),
            number: String::new(),
            link,
            at,
        }
    }

    /// The body: `type`, `timestamp`, `data`.
    pub fn body(&self, project: ProjectKey) -> String {
        let about = if self.about_kind.is_empty() {
            Value::Null
        } else {
            json!({ "kind": self.about_kind, "id": self.about_id, "number": self.number })
        };
        let data = json!({
            "project": project.0,
            "source": self.source,
            "actor": self.actor,
            "about": about,
            "link": self.link,
        });
        json!({ "type": self.kind, "timestamp": self.at.to_rfc3339(), "data": data }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_type_moment_and_place_and_none_of_the_words() {
        let message = Message {
            kind: "order.given".to_owned(),
            source: "e1".to_owned(),
            actor: "a1".to_owned(),
            about_kind: "work_order",
            about_id: "o1".to_owned(),
            number: "WO-2026-031".to_owned(),
            link: "https://shop.example.com/work-orders/WO-2026-031".to_owned(),
            at: Timestamp(1_795_251_600_000_000),
        };
        let body: Value = serde_json::from_str(&message.body(ProjectKey(1))).unwrap();
        assert_eq!(body["type"], "order.given");
        assert_eq!(body["timestamp"], "2026-11-21T09:00:00.000000Z");
        assert_eq!(body["data"]["about"]["number"], "WO-2026-031");
        let test = Message::test("x", "a1", "https://shop.example.com".to_owned(), Timestamp(0));
        assert!(test.body(ProjectKey(1)).contains(r#""about":null"#));
    }
}
