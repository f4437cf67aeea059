//! Files and photos that people brought: each under its digest, named by the record that brought it.

use foundation::Digest;

use crate::made::{Made, Record, made};
use crate::script::{accepted, refused, tools_are_here};

const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 a photo of the left bolt";

fn with_photo() -> Made {
    let added = Record::new(
        "work_order.file_added.v1",
        format!(
            "{{\"type\":\"work_order.file_added.v1\",\"file\":\"f-1\",\"place\":{{\"on\":\"item\",\"id\":\"i-1\"}},\
             \"name\":\"a \\\"bolt\\\", {{digest}}.jpg\",\"media_type\":\"image/jpeg\",\"size\":{},\"digest\":\"{}\",\
             \"description\":\"\",\"picture\":null}}",
            PHOTO.len(),
            Digest::of(PHOTO)
        ),
    );
    made(vec![added])
}

fn path() -> String {
    format!("files/{}", Digest::of(PHOTO))
}

#[test]
fn a_file_is_here_under_its_digest_or_named_only() {
    let made = with_photo();
    assert_eq!(accepted(&made, &made.files).attached, (0, 1));
    let with = made.with(&path(), PHOTO);
    assert_eq!(accepted(&made, &with).attached, (1, 1));
}

#[test]
fn a_file_that_is_another_or_that_no_record_brought_is_refused() {
    let made = with_photo();
    let with_script = tools_are_here();
    let strange = format!("files/{}", Digest::of(b"strange"));
    for (files, named) in [
        (made.with(&path(), "another photo"), path()),
        (made.with(&strange, "strange"), strange),
        (made.with("files/photo.jpg", PHOTO), "files/photo.jpg".to_owned()),
    ] {
        refused(&made, &files, &named, with_script);
    }
}
