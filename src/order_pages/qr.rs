//! An address as a QR code, so that paper leads back to the page.

use qrcode::{Color, EcLevel, QrCode};

use super::text::{Html, escape};
use crate::foundation::{Error, Result};

/// Modules of white around the code, as ISO/IEC 18004 asks.
const QUIET: usize = 4;

/// The code as a drawing; one square of the path is one module.
pub fn svg(address: &str) -> Result<Html> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(Error::internal)?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path: String = dark
        .map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET))
        .collect::<Vec<_>>()
        .concat();
    let side = width + 2 * QUIET;
    Ok(Html::drawn(format!(
        r#"<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="QR code of {}"><path d="{path}"/></svg>"#,
        escape(address)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_drawn_with_its_three_corners() {
        let drawn = svg("https://work.example.org/work-orders/WO-2026-031").unwrap().to_string();
        let side = drawn.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap();
        let far = side.parse::<usize>().unwrap() - QUIET - 7;
        for (x, y) in [(QUIET, QUIET), (far, QUIET), (QUIET, far)] {
            assert!((0..7).all(|at| drawn.contains(&format!("M{} {y}h", x + at))), "{x} {y}");
        }
        assert!(!drawn.contains("M0 "), "white around it");
        assert!(svg(&"x".repeat(4_000)).is_err(), "what no code can hold");
    }
}
