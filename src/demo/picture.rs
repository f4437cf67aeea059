//! A picture for the example: a chart of bars, as a PNG of the simplest kind.

const WIDTH: usize = 320;
const HEIGHT: usize = 120;
/// Paper, bars and the line below them, as red, green and blue.
const COLOURS: [[u8; 3]; 3] = [[250, 250, 247], [46, 105, 140], [70, 70, 70]];

/// Bars of so many per cent, from the left.
pub(super) fn chart(bars: &[u8]) -> Vec<u8> {
    let mut rows = Vec::with_capacity((1 + WIDTH * 3) * HEIGHT);
    for y in 0..HEIGHT {
        // No filter.
        rows.push(0);
        for x in 0..WIDTH {
            rows.extend(COLOURS.get(colour(bars, x, y)).copied().unwrap_or_default());
        }
    }
    let mut head = Vec::new();
    head.extend(u32::try_from(WIDTH).unwrap_or_default().to_be_bytes());
    head.extend(u32::try_from(HEIGHT).unwrap_or_default().to_be_bytes());
    // Eight bits a channel, true colour.
    head.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", head), (b"IDAT", stored(&rows)), (b"IEND", Vec::new())] {
        chunk(&mut png, *kind, &data);
    }
    png
}

fn colour(bars: &[u8], x: usize, y: usize) -> usize {
    let wide = WIDTH / bars.len().max(1);
    let height = bars.get(x / wide.max(1)).map_or(0, |bar| usize::from(*bar) * (HEIGHT - 10) / 100);
    let from_below = HEIGHT - 1 - y;
    match from_below {
        0 | 1 => 2,
        _ if x % wide.max(1) > 3 && from_below < height => 1,
        _ => 0,
    }
}

/// A zlib stream that packs nothing.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler(data).to_be_bytes());
    stream
}

fn adler(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    png.extend(kind);
    png.extend(data);
    png.extend(crc(kind.iter().chain(data)).to_be_bytes());
}

fn crc<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_picture_that_can_be_opened() {
        let png = chart(&[10, 90, 50]);
        assert_eq!(crc(b"123456789".iter()), 0xcbf4_3926);
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
        let small = file_kinds::picture::small(&png, "image/png").ok().unwrap();
        assert!(small.width > 0 && small.height > 0);
    }
}
