//! The last formulas: T by floating point in one fixed order, E, C and K exactly.
//!
//! T is the Wilson lower bound (Wilson 1927; recommended for small n by Brown, Cai and `DasGupta` 2001).
//! It uses + - x / and sqrt only, which IEEE 754 rounds correctly, so every platform and language gives the
//! same bits when it keeps this order of operations:
//!
//! ```text
//! r = R / 1e9            f = F / 1e9            n = r + f           p = r / n
//! c = p + z2 / (2 * n)
//! d = p * (1 - p) / n + z2 / (4 * n * n)
//! T = (c - sqrt(z2) * sqrt(d)) / (1 + z2 / n)
//! ```

use super::mass::Nano;

/// T for successes R and failures F; 0 without successes, never below 0.
#[expect(clippy::cast_precision_loss, reason = "masses below 2^53 billionths are exact, beyond they round")]
#[expect(clippy::many_single_char_names, reason = "the letters of the formula in the module's head")]
pub fn lower_bound(successes: Nano, failures: Nano, z_squared: f64) -> f64 {
    if successes.0 <= 0 {
        return 0.0;
    }
    let r = successes.0 as f64 / 1e9;
    let f = failures.0 as f64 / 1e9;
    let n = r + f;
    let p = r / n;
    let c = p + z_squared / (2.0 * n);
    let d = p * (1.0 - p) / n + z_squared / (4.0 * n * n);
    let t = (c - z_squared.sqrt() * d.sqrt()) / (1.0 + z_squared / n);
    t.max(0.0)
}

/// floor(10000 x) of a share between 0 and 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between 0 and 10000")]
pub fn basis_points(share: f64) -> u32 {
    (10_000.0 * share).floor().clamp(0.0, 10_000.0) as u32
}

/// floor(10000 x part / whole), exactly; 0 of nothing.
pub fn exact_basis_points(part: i128, whole: i128) -> u32 {
    let share = if whole > 0 { 10_000 * part / whole } else { 0 };
    u32::try_from(share).unwrap_or(0).min(10_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mass::ONE;

    #[test]
    fn known_bounds() {
        let z2 = 2.705_543_454_095_404;
        let bound = |r: i128, f: i128| basis_points(lower_bound(Nano(r * ONE), Nano(f * ONE), z2));
        assert_eq!((bound(59, 0), bound(8, 0), bound(0, 8), bound(0, 0)), (9561, 7472, 0, 0));
        assert_eq!(exact_basis_points(9, 10), 9_000);
        assert_eq!(exact_basis_points(0, 0), 0);
    }
}
