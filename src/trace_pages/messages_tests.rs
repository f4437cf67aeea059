use proptest::prelude::*;
use serde_json::json;

use super::*;

fn of(body: &Value) -> Conversation {
    read(body.to_string().as_bytes(), BodyForm::Json, false)
}

fn parts(body: &Value) -> Vec<Part> {
    of(body).messages.into_iter().flat_map(|message| message.parts).collect()
}

#[test]
fn what_is_no_conversation_shows_as_it_is() {
    for (bytes, form, expected) in [
        (&b"State two ways"[..], BodyForm::JsonOrText, Part::Text("State two ways".to_owned())),
        (b"{\"a\":1}", BodyForm::Json, Part::Json("{\n  \"a\": 1\n}".to_owned())),
        (b"a\0b", BodyForm::Text, Part::Text("a\u{fffd}b".to_owned())),
        (b"\xff!", BodyForm::JsonOrText, Part::Text("\u{fffd}!".to_owned())),
        (b"null", BodyForm::Json, Part::Json("null".to_owned())),
        (b"", BodyForm::Text, Part::Text(String::new())),
    ] {
        let conversation = read(bytes, form, false);
        assert_eq!(conversation.messages, [Message { parts: vec![expected], ..Message::default() }]);
    }
}

#[test]
fn arguments_and_results_are_indented_where_they_are_json() {
    let body = json!([
        {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{\"n\":1}"}}], "finish_reason": "tool_calls"},
        {"role": "tool", "tool_call_id": "c", "content": "plain"},
    ]);
    assert_eq!(of(&body).messages[0].reason, "tool_calls");
    let expected =
        Part::ToolCall { name: "f".to_owned(), id: "c".to_owned(), arguments: "{\n  \"n\": 1\n}".to_owned() };
    assert_eq!(parts(&body)[0], expected);
    assert!(
        matches!(&parts(&body)[1], Part::ToolResult { content, is_error: false, .. } if content == "plain")
    );
}

#[test]
fn pictures_are_shown_where_that_is_safe_and_named_where_it_is_not() {
    let image =
        |url: &str| json!([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}]);
    let shown = |url: &str| match parts(&image(url)).remove(0) {
        Part::Media(shown) => shown,
        other => panic!("{other:?}"),
    };
    let inline = shown("data:image/png;base64,iVBORw==");
    assert_eq!(
        (inline.picture.as_str(), inline.about.as_str()),
        ("data:image/png;base64,iVBORw==", "image/png, 4 bytes")
    );
    assert_eq!(shown("data:image/svg+xml;base64,PHN2Zz4=").picture, "");
    assert_eq!(shown(&format!("data:image/png;base64,{}", "A".repeat(MOST_PICTURE))).picture, "");
    let remote = shown("https://x.example/a.png");
    assert_eq!((remote.picture.as_str(), remote.elsewhere.as_str()), ("", "https://x.example/a.png"));
    let stored = shown("@@@langfuseMedia:type=image/png|id=a/b|source=bytes@@@");
    assert_eq!((stored.picture.as_str(), stored.href.as_str()), ("/media/a%2Fb", "/media/a%2Fb"));
}

#[test]
fn long_bodies_are_cut_unless_the_whole_is_asked_for() {
    let many: Vec<Value> = (0..250).map(|_| json!({"role": "user", "content": "x"})).collect();
    let conversation = of(&json!(many));
    assert_eq!((conversation.messages.len(), conversation.left_out), (MOST_MESSAGES, 50));
    let long = json!("é".repeat(MOST_CHARS + 1)).to_string();
    let cut = read(long.as_bytes(), BodyForm::Json, false);
    let whole = read(long.as_bytes(), BodyForm::Json, true);
    assert!(cut.is_cut && !whole.is_cut);
    let heavy: Vec<Value> =
        (0..100).map(|_| json!({"role": "user", "content": "x".repeat(MOST_CHARS)})).collect();
    let total: usize = parts(&json!(heavy))
        .iter()
        .map(|part| if let Part::Text(text) = part { text.len() } else { 0 })
        .sum();
    assert!(total <= MOST_OF_BODY + 100 * " …".len(), "{total}");
}

proptest! {
    #[test]
    fn anything_can_be_shown(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!read(&bytes, BodyForm::JsonOrText, false).messages.is_empty());
    }
}
