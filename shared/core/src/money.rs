use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The Australian dollar.
    pub const AUD: Self = Self(*b"AUD");

    /// The code, for example `AUD`.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many digits the minor unit has: 2 for cents, 0 for yen.
    #[must_use]
    pub fn exponent(&self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" | b"ISK" => 0,
            b"BHD" | b"KWD" | b"OMR" | b"JOD" | b"TND" => 3,
            _ => 2,
        }
    }

    fn symbol(self) -> Option<&'static str> {
        match &self.0 {
            b"AUD" | b"USD" | b"NZD" | b"CAD" | b"SGD" => Some("$"),
            b"EUR" => Some("€"),
            b"GBP" => Some("£"),
            b"JPY" => Some("¥"),
            _ => None,
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| MoneyError::Currency(text.to_owned()))?;
        if bytes.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(bytes))
        } else {
            Err(MoneyError::Currency(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An exact amount in a currency's minor unit. Arithmetic is checked; nothing is ever rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in minor units (cents).
    pub minor: i64,
    /// Its currency.
    pub currency: Currency,
}

/// Why something is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three capital letters.
    #[error("{0:?} is not an ISO 4217 currency code such as \"AUD\"")]
    Currency(String),
    /// Not a decimal number.
    #[error("{0:?} is not an amount such as \"129.00\"")]
    Amount(String),
    /// More digits after the point than the currency has.
    #[error("{0:?} has more decimal places than {1} allows")]
    Precision(String, Currency),
}

impl Money {
    /// An amount of minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Reads a plain decimal such as `129`, `1,299.5` or `129.00`: no symbol, no exponent. Zeros beyond the currency's precision are allowed.
    ///
    /// # Errors
    /// When it is no number, or finer than the currency.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let bad = || MoneyError::Amount(text.to_owned());
        let plain = text.trim().replace(',', "");
        let (sign, digits) = match plain.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, plain.as_str()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return Err(bad());
        }
        let places = currency.exponent() as usize;
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > places {
            return Err(MoneyError::Precision(text.to_owned(), currency));
        }
        let minor: i64 = format!("{whole}{fraction:0<places$}").trim_start_matches('0').parse().or_else(
            |e: std::num::ParseIntError| match e.kind() {
                std::num::IntErrorKind::Empty => Ok(0),
                _ => Err(bad()),
            },
        )?;
        Ok(Self::new(sign * minor, currency))
    }

    /// The sum, unless the currencies differ or it overflows.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let same = self.currency == other.currency;
        let minor = self.minor.checked_add(other.minor)?;
        same.then_some(Self { minor, ..self })
    }

    /// The difference, unless the currencies differ or it overflows.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let same = self.currency == other.currency;
        let minor = self.minor.checked_sub(other.minor)?;
        same.then_some(Self { minor, ..self })
    }

    /// So many times the amount, unless it overflows.
    #[must_use]
    pub fn checked_mul(self, times: u32) -> Option<Self> {
        let minor = self.minor.checked_mul(i64::from(times))?;
        Some(Self { minor, ..self })
    }

    /// The amount without symbol or grouping, for example `1299.00`.
    #[must_use]
    pub fn decimal(&self) -> String {
        let (whole, fraction) = self.parts();
        let sign = if self.minor < 0 { "-" } else { "" };
        format!("{sign}{whole}{fraction}")
    }

    fn parts(&self) -> (u64, String) {
        let places = self.currency.exponent();
        let unit = 10_u64.pow(places);
        let minor = self.minor.unsigned_abs();
        let fraction = match places {
            0 => String::new(),
            width => format!(".{:0width$}", minor % unit, width = width as usize),
        };
        (minor / unit, fraction)
    }
}

/// What a shopper reads: `$1,299.00`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = self.parts();
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.minor < 0 { "-" } else { "" };
        match self.currency.symbol() {
            Some(symbol) => write!(f, "{sign}{symbol}{grouped}{fraction}"),
            None => write!(f, "{sign}{grouped}{fraction} {}", self.currency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aud(text: &str) -> Result<i64, MoneyError> {
        Money::parse(text, Currency::AUD).map(|m| m.minor)
    }

    #[test]
    fn amounts_are_read_exactly() {
        assert_eq!(aud("129"), Ok(12_900));
        assert_eq!(aud("1,299.5"), Ok(129_950));
        assert_eq!(aud("0.07"), Ok(7));
        assert_eq!(aud("0"), Ok(0));
        assert_eq!(aud(".5"), Ok(50));
        assert_eq!(aud("99.9500"), Ok(9_995));
        assert_eq!(aud("-15.00"), Ok(-1_500));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", ".", "-", "$5", "1e3", "5.5.5", "nan", "9223372036854775807"] {
            assert!(matches!(aud(text), Err(MoneyError::Amount(_))), "{text}");
        }
        assert!(matches!(aud("1.005"), Err(MoneyError::Precision(..))));
    }

    #[test]
    fn people_read_grouped_amounts() {
        assert_eq!(Money::new(129_900, Currency::AUD).to_string(), "$1,299.00");
        assert_eq!(Money::new(-5, Currency::AUD).to_string(), "-$0.05");
        assert_eq!(Money::new(123_456_789, Currency::AUD).decimal(), "1234567.89");
        assert_eq!("CHF".parse().map(|c| Money::new(100, c).to_string()), Ok("1.00 CHF".to_owned()));
    }

    #[test]
    fn sums_are_checked() {
        let most = Money::new(i64::MAX, Currency::AUD);
        assert_eq!(most.checked_add(Money::new(1, Currency::AUD)), None);
        assert_eq!(most.checked_mul(2), None);
        assert_eq!("NZD".parse().ok().and_then(|nzd| most.checked_sub(Money::zero(nzd))), None);
    }
}
