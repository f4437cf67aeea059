//! A small picture of a picture: upright, made anew from its points, so that nothing else of the file is in it.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, RgbImage};

use super::place;

/// The longer side of a small picture, in points.
pub const SIDE: u32 = 480;
/// The longest side that is opened.
pub const MOST_SIDE: u32 = 16_384;
/// The most points that are opened: a phone's largest picture, and not what a few bytes may claim.
pub const MOST_POINTS: u64 = 51_000_000;
/// Memory that opening one picture may take.
const MOST_BYTES: u64 = 224 << 20;
const QUALITY: u8 = 78;

/// A small picture, and what is known of the large one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Small {
    /// A JPEG file.
    pub jpeg: Vec<u8>,
    /// Points of the large one, as it is looked at.
    pub width: u32,
    pub height: u32,
    /// The file says where it was taken.
    pub has_place: bool,
}

/// Why there is no small picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unshown {
    /// It is of no type that is opened here.
    OtherKind,
    /// More points than are opened.
    TooLarge,
    /// It cannot be read to its end.
    Damaged,
}

/// Makes a small picture of a file of this media type.
pub fn small(bytes: &[u8], media_type: &str) -> Result<Small, Unshown> {
    let format = match media_type {
        "image/jpeg" => ImageFormat::Jpeg,
        "image/png" => ImageFormat::Png,
        "image/webp" => ImageFormat::WebP,
        "image/gif" => ImageFormat::Gif,
        _ => return Err(Unshown::OtherKind),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_POINTS || decoder.total_bytes() > MOST_BYTES {
        return Err(Unshown::TooLarge);
    }
    let has_place = decoder.exif_metadata().ok().flatten().is_some_and(|exif| place::is_named(&exif));
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(fault)?;
    let mut shrunk = picture.thumbnail(SIDE, SIDE);
    drop(picture);
    shrunk.apply_orientation(orientation);
    let turned = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (width, height) = if turned { (height, width) } else { (width, height) };
    Ok(Small { jpeg: encoded(&shrunk)?, width, height, has_place })
}

fn fault(cause: image::ImageError) -> Unshown {
    match cause {
        image::ImageError::Limits(_) => Unshown::TooLarge,
        _ => Unshown::Damaged,
    }
}

fn encoded(picture: &DynamicImage) -> Result<Vec<u8>, Unshown> {
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    on_white(picture).write_with_encoder(encoder).map_err(|_| Unshown::Damaged)?;
    Ok(jpeg)
}

/// What is seen through shows paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let points = picture.to_rgba8();
    RgbImage::from_fn(points.width(), points.height(), |x, y| {
        let [red, green, blue, alpha] = points.get_pixel(x, y).0;
        let over = |channel: u8| {
            let mixed = u16::from(channel) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture =
            RgbImage::from_fn(width, height, |x, _| image::Rgb([u8::try_from(x % 256).unwrap_or(0), 9, 200]));
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    /// A JPEG of 64 × 32 points with an EXIF segment: turned by a quarter, and with a place.
    fn photo() -> Vec<u8> {
        let mut jpeg = Vec::new();
        RgbImage::new(64, 32).write_with_encoder(JpegEncoder::new(&mut jpeg)).unwrap();
        let mut tiff = b"MM\0*\0\0\0\x08\0\x02".to_vec();
        tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
        tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26");
        tiff.extend(b"\0\0\0\0secret place 48.2N 16.3E");
        let mut segment = b"\xff\xe1".to_vec();
        segment.extend(u16::try_from(tiff.len() + 8).unwrap().to_be_bytes());
        segment.extend(b"Exif\0\0");
        segment.extend(tiff);
        [&jpeg[..2], &segment, &jpeg[2..]].concat()
    }

    #[test]
    fn a_picture_is_made_small_and_keeps_its_shape() {
        let small = small(&png(1_000, 500), "image/png").unwrap();
        assert_eq!((small.width, small.height, small.has_place), (1_000, 500, false));
        let shown = image::load_from_memory(&small.jpeg).unwrap();
        assert_eq!((shown.width(), shown.height()), (480, 240));
    }

    #[test]
    fn a_photo_stands_upright_and_its_place_stays_behind() {
        let photo = photo();
        let small = small(&photo, "image/jpeg").unwrap();
        assert!(small.has_place && photo.windows(6).any(|part| part == b"secret"));
        assert_eq!((small.width, small.height), (32, 64));
        let shown = image::load_from_memory(&small.jpeg).unwrap();
        assert!(shown.height() > shown.width());
        for mark in [&b"Exif"[..], b"secret"] {
            assert!(!small.jpeg.windows(mark.len()).any(|part| part == mark), "{mark:?}");
        }
    }

    #[test]
    fn a_bomb_a_torso_and_other_kinds_are_not_opened() {
        // The head claims 60,000 × 60,000 points; the file is a few bytes long.
        let mut bomb = png(8, 8);
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert!(matches!(small(&bomb, "image/png"), Err(Unshown::TooLarge | Unshown::Damaged)));
        let gif =
            b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;";
        assert!(small(gif, "image/gif").is_err());
        let whole = png(64, 64);
        assert_eq!(small(&whole[..whole.len() / 2], "image/png"), Err(Unshown::Damaged));
        assert_eq!(small(&whole, "image/heic"), Err(Unshown::OtherKind));
        assert_eq!(small(b"", "image/jpeg"), Err(Unshown::Damaged));
    }
}
