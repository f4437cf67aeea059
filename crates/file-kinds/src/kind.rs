//! The type of a file by its first bytes, and what a browser may do with it.

/// How many first bytes are looked at.
pub const HEAD: usize = 4_096;

/// A media type that was told from bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(&'static str);

/// Signatures at the very beginning. What stands later in a file decides nothing: a file that is two things at once is what
/// it begins as, and is served as that and as nothing else.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"MZ", "application/x-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"BM", "image/bmp"),
];

/// The second part of an ISO base media file: phones write pictures and films in it.
const BRANDS: &[(&[u8], &str)] = &[
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"hevc", "image/heic"),
    (b"heim", "image/heic"),
    (b"mif1", "image/heic"),
    (b"msf1", "image/heic"),
    (b"avif", "image/avif"),
    (b"qt  ", "video/quicktime"),
];

/// How text begins that a browser would run, without blanks before it and in lower case.
const ACTIVE: &[(&str, &str)] = &[
    ("<!doctype html", "text/html"),
    ("<html", "text/html"),
    ("<head", "text/html"),
    ("<body", "text/html"),
    ("<script", "text/html"),
    ("<iframe", "text/html"),
    ("<svg", "image/svg+xml"),
    ("<?xml", "application/xml"),
    ("<!doctype svg", "image/svg+xml"),
    ("<?php", "application/x-script"),
    ("#!", "application/x-script"),
];

impl Kind {
    /// What these first bytes are; the name only tells one sort of plain text from another.
    pub fn of(head: &[u8], name: &str) -> Self {
        let head = head.get(..HEAD).unwrap_or(head);
        let begun = BEGINNINGS.iter().find(|(sign, _)| head.starts_with(sign)).map(|(_, kind)| *kind);
        Self(begun.or_else(|| container(head)).unwrap_or_else(|| text(head, name)))
    }

    /// The media type: `image/jpeg`.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

fn container(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"RIFF") {
        return match head.get(8..12)? {
            b"WEBP" => Some("image/webp"),
            b"WAVE" => Some("audio/wav"),
            _ => None,
        };
    }
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    let brand = head.get(8..12)?;
    Some(BRANDS.iter().find(|(known, _)| *known == brand).map_or("video/mp4", |(_, kind)| kind))
}

fn text(head: &[u8], name: &str) -> &'static str {
    let Some(text) = as_text(head) else { return "application/octet-stream" };
    let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_lowercase();
    if let Some((_, kind)) = ACTIVE.iter().find(|(sign, _)| begins.starts_with(sign)) {
        let is_drawing = *kind == "application/xml" && begins.contains("<svg");
        return if is_drawing { "image/svg+xml" } else { kind };
    }
    // Browsers look for markup further in; so do we, and then it is nothing to show.
    if ["<script", "<html", "<svg", "<iframe"].iter().any(|mark| begins.contains(mark)) {
        return "text/html";
    }
    match name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).as_deref() {
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        Some("md" | "markdown") => "text/markdown",
        _ => "text/plain",
    }
}

/// The bytes as text, if that is what they are; the last character may be cut.
fn as_text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(cause) if cause.error_len().is_none() && head.len() == HEAD => {
            std::str::from_utf8(head.get(..cause.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{1b}');
    (!text.is_empty() && !text.contains(is_odd)).then_some(text)
}

/// Whether it is a picture that a browser shows and that a small picture is made of.
pub fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png" | "image/webp" | "image/gif")
}

/// Whether a browser may show it in place. All else is a download.
pub fn is_shown_inline(media_type: &str) -> bool {
    is_picture(media_type) || media_type == "application/pdf"
}

/// The type under which it is handed out: what could run is bytes and nothing more.
pub fn handed_out_as(media_type: &str) -> &'static str {
    const INERT: &[&str] = &[
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/heic",
        "image/avif",
        "image/tiff",
        "image/bmp",
        "application/pdf",
        "application/zip",
        "application/gzip",
        "application/x-7z-compressed",
        "application/json",
        "text/plain",
        "text/csv",
        "text/markdown",
        "video/mp4",
        "video/webm",
        "video/quicktime",
        "audio/mpeg",
        "audio/wav",
    ];
    INERT.iter().find(|kind| **kind == media_type).copied().unwrap_or("application/octet-stream")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(head: &[u8], name: &str) -> &'static str {
        Kind::of(head, name).as_str()
    }

    #[test]
    fn bytes_say_what_a_file_is_and_names_do_not() {
        for (head, name, expected) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], "x.html", "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n....", "x.exe", "image/png"),
            (b"GIF89a/*<script>alert(1)</script>", "x.gif", "image/gif"),
            (b"RIFF\x01\0\0\0WEBPVP8 ", "x", "image/webp"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "photo", "image/heic"),
            (b"\0\0\0\x18ftypisom\0\0\0\0", "film", "video/mp4"),
            (b"%PDF-1.7\n", "x.png", "application/pdf"),
            (b"PK\x03\x04", "x.docx", "application/zip"),
            (b"MZ\x90", "picture.jpg", "application/x-executable"),
            (b"<html><body>", "x.jpg", "text/html"),
            (b"\xef\xbb\xbf \n<!DOCTYPE HTML>", "x.txt", "text/html"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", "x.png", "image/svg+xml"),
            (b"<?xml version='1.0'?>\n<svg onload='x'>", "x.png", "image/svg+xml"),
            (b"<?xml version='1.0'?><a/>", "x", "application/xml"),
            (b"hello <script>alert(1)</script>", "x.txt", "text/html"),
            (b"#!/bin/sh\nrm", "x.txt", "application/x-script"),
            (b"a,b\n1,2\n", "x.CSV", "text/csv"),
            (b"a,b\n1,2\n", "x", "text/plain"),
            (b"{\"a\":1}", "x.json", "application/json"),
            (b"a\0b", "x.txt", "application/octet-stream"),
            (b"\xff\xfe<\0h\0", "x.txt", "application/octet-stream"),
            (b"", "x.png", "application/octet-stream"),
        ] {
            assert_eq!(kind(head, name), expected, "{name} {head:?}");
        }
    }

    #[test]
    fn a_cut_character_at_the_end_of_the_head_is_still_text() {
        let mut bytes = vec![b'a'; HEAD - 1];
        bytes.extend("é".as_bytes());
        assert_eq!(kind(&bytes, "x"), "text/plain");
        assert_eq!(kind(&bytes[..HEAD - 2], "x"), "text/plain");
        assert_eq!(kind(b"a\xc3", "x"), "application/octet-stream");
    }

    #[test]
    fn what_could_run_is_handed_out_as_bytes() {
        for active in [
            "text/html",
            "image/svg+xml",
            "application/xml",
            "application/x-script",
            "application/x-executable",
            "nonsense",
        ] {
            assert_eq!(handed_out_as(active), "application/octet-stream", "{active}");
            assert!(!is_shown_inline(active) && !is_picture(active), "{active}");
        }
        assert_eq!(handed_out_as("image/jpeg"), "image/jpeg");
        assert!(is_shown_inline("application/pdf") && !is_shown_inline("image/heic"));
    }
}
