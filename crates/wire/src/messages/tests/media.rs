use serde_json::json;

use super::*;
use crate::messages::{Media, MediaReference, MediaSource, references};

fn media(source: MediaSource, mime: &str, name: &str) -> Media {
    Media { source, mime: mime.to_owned(), name: name.to_owned() }
}

#[test]
fn pictures_read_the_same_in_every_dialect() {
    let inline = MediaSource::Inline("data:image/png;base64,iVBO".to_owned());
    let expected = [Part::Image(media(inline, "image/png", ""))];
    for block in [
        json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBO", "detail": "low"}}),
        json!({"type": "input_image", "image_url": "data:image/png;base64,iVBO", "detail": "auto"}),
        json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}}),
        json!({"inlineData": {"mimeType": "image/png", "data": "iVBO"}}),
        json!({"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBO"}),
        json!({"type": "image", "image": {"image": {"url": "data:image/png;base64,iVBO"}}}),
        json!({"type": "image", "image": "iVBO", "mimeType": "image/png"}),
        json!({"type": "file", "data": "iVBO", "mediaType": "image/png"}),
        json!({"image": {"format": "png", "source": {"bytes": "iVBO"}}}),
    ] {
        assert_eq!(of(&json!([{"role": "user", "content": [block]}]))[0].parts, expected, "{block}");
    }
}

#[test]
fn sounds_files_and_addresses() {
    for (block, expected) in [
        (
            json!({"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}}),
            Part::Audio(media(MediaSource::Inline("data:audio/wav;base64,UklG".to_owned()), "audio/wav", "")),
        ),
        (
            json!({"type": "file", "file": {"file_id": "f1", "filename": "a.pdf"}}),
            Part::File(media(MediaSource::Provider("f1".to_owned()), "application/pdf", "a.pdf")),
        ),
        (
            json!({"type": "document", "source": {"type": "url", "url": "https://x.example/a.pdf"}, "title": "A"}),
            Part::File(media(MediaSource::Url("https://x.example/a.pdf".to_owned()), "application/pdf", "A")),
        ),
        (
            json!({"type": "uri", "modality": "image", "mime_type": "image/webp", "uri": "gs://b/x"}),
            Part::Image(media(MediaSource::Url("gs://b/x".to_owned()), "image/webp", "")),
        ),
        (
            json!({"fileData": {"mimeType": "video/mp4", "fileUri": "gs://b/x"}}),
            Part::File(media(MediaSource::Url("gs://b/x".to_owned()), "video/mp4", "")),
        ),
    ] {
        assert_eq!(of(&json!([{"role": "user", "content": [block]}]))[0].parts, [expected], "{block}");
    }
    let spoken = json!({"role": "assistant", "content": null, "audio": {"id": "a", "data": "UklG", "transcript": "Hello"}});
    assert_eq!(of(&spoken)[0].text(), "Hello");
    assert!(matches!(of(&spoken)[0].parts[1], Part::Audio(_)));
}

#[test]
fn uploaded_media_are_found_wherever_a_text_names_them() {
    let mark = "@@@langfuseMedia:type=image/jpeg|id=abc-1|source=base64_data_uri@@@";
    let expected = MediaReference {
        id: "abc-1".to_owned(),
        mime: "image/jpeg".to_owned(),
        source: "base64_data_uri".to_owned(),
    };
    assert_eq!(references(&format!("a {mark} b {mark}")), [expected.clone(), expected]);
    assert!(references("@@@langfuseMedia:type=x@@@ @@@langfuseMedia:").is_empty());
    let stored = [Part::Image(media(MediaSource::Stored("abc-1".to_owned()), "image/jpeg", ""))];
    let body = json!([{"role": "user", "content": format!("see {mark}!")}]);
    let text = |text: &str| Part::Text(text.to_owned());
    assert_eq!(of(&body)[0].parts, [text("see "), stored[0].clone(), text("!")]);
    for block in [
        json!({"type": "image_url", "image_url": {"url": mark}}),
        json!({"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": mark}}),
    ] {
        assert_eq!(of(&json!([{"role": "user", "content": [block]}]))[0].parts, stored);
    }
}
