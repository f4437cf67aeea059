//! Decimal numbers as integers of billionths, without floating point in between.

/// Digits after the point that are kept.
const SCALE: i32 = 9;

/// Reads a JSON number (`-1.5e-3`) as billionths, rounded half away from zero; `None` when it is no
/// number or does not fit.
pub fn billionths(text: &str) -> Option<i64> {
    at_scale(text, SCALE)
}

/// [`billionths`] with so many digits after the point kept.
pub fn at_scale(text: &str, digits_kept: i32) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = split_exponent(digits)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?.checked_add(digits_kept)?;
    let value = scaled(whole, fraction, shift)?;
    i64::try_from(if negative { -value } else { value }).ok()
}

/// Reads a whole number, also written as `12.0` or `1.2e1`; `None` when there is a fraction.
pub fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let scaled = billionths(text)?;
    (scaled % 1_000_000_000 == 0).then_some(scaled / 1_000_000_000)
}

fn split_exponent(digits: &str) -> Option<(&str, i32)> {
    match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => Some((mantissa, exponent.parse().ok()?)),
        None => Some((digits, 0)),
    }
}

fn scaled(whole: &str, fraction: &str, shift: i32) -> Option<i128> {
    let mut value: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = digit.checked_sub(b'0').filter(|d| *d <= 9)?;
        value = value.checked_mul(10)?.checked_add(i128::from(digit))?;
    }
    let power = |n: i32| 10_i128.checked_pow(n.unsigned_abs());
    if value == 0 {
        return Some(0);
    }
    if shift >= 0 {
        return value.checked_mul(power(shift)?);
    }
    let Some(divisor) = power(shift) else { return Some(0) };
    Some(value.checked_add(divisor / 2)? / divisor)
}
