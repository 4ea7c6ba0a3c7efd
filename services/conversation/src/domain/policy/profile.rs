//! The store profile as it stands in its TOML file.

use std::collections::BTreeMap;

use easymart_core::{Currency, Money};
use serde::{Deserialize, Serialize};

/// Why a store profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not TOML, a field missing, unknown or of the wrong kind.
    #[error("the store profile cannot be read: {0}")]
    Malformed(#[from] toml::de::Error),
    /// A value that makes no sense.
    #[error("the store profile has a wrong value: {0}")]
    Invalid(String),
}

/// Every fact about the shop that may be stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Who it is.
    pub store: Store,
    /// Its own time.
    pub time: Time,
    /// How to reach it.
    pub contact: Contact,
    /// Opening hours by day, in lower case; a missing day is closed.
    pub hours: BTreeMap<String, Opening>,
    /// Sending things back.
    pub returns: Returns,
    /// Delivery.
    pub shipping: Shipping,
    /// Ways to pay.
    pub payment: Payment,
    /// Warranty.
    pub warranty: Warranty,
    /// Offers.
    pub promotions: Promotions,
    /// Further services; what is missing is not known.
    #[serde(default)]
    pub services: Services,
    /// Large orders.
    pub bulk: Bulk,
    /// Postcodes.
    #[serde(default)]
    pub postcodes: Postcodes,
}

/// Who the shop is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// Name.
    pub name: String,
    /// Web site.
    pub site: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Name of the country.
    pub country_name: String,
    /// Currency of all amounts.
    pub currency: Currency,
    /// What it sells, in a few words.
    pub tagline: String,
}

/// The shop's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// What people call it.
    pub zone_name: String,
    /// Minutes ahead of UTC, all year round.
    pub utc_offset_minutes: i32,
}

/// How to reach the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// How soon mails are answered.
    pub email_reply_hours: HourSpan,
    /// Postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Showroom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub showroom: Option<String>,
    /// Picking up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup: Option<String>,
    /// Chat with a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_chat: Option<String>,
}

/// A span of hours, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HourSpan {
    /// Least.
    pub min: u32,
    /// Most.
    pub max: u32,
}

/// A span of business days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaySpan {
    /// Least.
    pub min: u32,
    /// Most.
    pub max: u32,
}

/// When a day opens and closes, "HH:MM" in the shop's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// First minute open.
    pub opens: String,
    /// First minute closed.
    pub closes: String,
}

/// Sending things back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// Within so many days.
    pub days: u32,
    /// In which condition.
    pub conditions: Vec<String>,
    /// What cannot be sent back.
    pub exclusions: Vec<String>,
    /// Where the money goes.
    pub refund_to: String,
    /// How long the refund takes.
    pub refund_days: DaySpan,
    /// Change of mind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_of_mind: Option<String>,
    /// How to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how_to_start: Option<String>,
}

/// Delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipping {
    /// Where to.
    pub area: String,
    /// Countries, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// The usual way.
    pub standard: Standard,
    /// The fast way.
    pub express: Express,
}

/// The usual way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// Price in minor units.
    pub price_minor: i64,
    /// Orders of at least this ship free, in minor units.
    pub free_from_minor: i64,
    /// To metropolitan areas.
    pub metro_days: DaySpan,
    /// Elsewhere.
    pub regional_days: DaySpan,
}

/// The fast way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Express {
    /// Price in minor units.
    pub price_minor: i64,
    /// To metropolitan areas.
    pub metro_days: DaySpan,
    /// Elsewhere.
    pub regional_days: DaySpan,
}

/// Ways to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// Cards.
    pub cards: Vec<String>,
    /// Wallets.
    pub wallets: Vec<String>,
    /// Pay later.
    pub pay_later: Vec<String>,
    /// Gift cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_cards: Option<String>,
}

/// Warranty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warranty {
    /// How long, in months.
    pub months: u32,
    /// What it covers.
    pub covers: Vec<String>,
    /// What it does not.
    pub excludes: Vec<String>,
}

/// Offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promotions {
    /// What there is, as a sentence.
    pub text: String,
}

/// Further services; what is missing is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Services {
    /// Following an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_tracking: Option<String>,
    /// Cancelling an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_cancellation: Option<String>,
    /// Matching other shops' prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_match: Option<String>,
    /// Putting together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assembly: Option<String>,
    /// Taking old furniture away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_furniture_removal: Option<String>,
    /// Made to order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_orders: Option<String>,
}

/// Large orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    /// How to ask: phone, email.
    pub contact: Vec<String>,
}

/// Where postcodes lie.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Postcodes {
    /// States.
    pub states: Vec<PostcodeArea>,
    /// Metropolitan areas; every other valid postcode is regional.
    pub metro: Vec<PostcodeArea>,
}

/// An area and its postcodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostcodeArea {
    /// Short name; only of states.
    #[serde(default)]
    pub code: String,
    /// Name.
    pub name: String,
    /// Ranges of four digits, both ends included.
    pub ranges: Vec<(String, String)>,
}

impl Profile {
    /// Reads a profile and checks it.
    ///
    /// # Errors
    /// When it is not a profile, or has a value that makes no sense.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text)?;
        profile.validate()?;
        Ok(profile)
    }

    fn validate(&self) -> Result<(), ProfileError> {
        let invalid = |what: String| Err(ProfileError::Invalid(what));
        for (day, opening) in &self.hours {
            if super::hours::weekday(day).is_none() {
                return invalid(format!("hours.{day} is not a day of the week"));
            }
            for time in [&opening.opens, &opening.closes] {
                if super::hours::minutes(time).is_none() {
                    return invalid(format!("hours.{day}: {time:?} is not a time such as \"09:00\""));
                }
            }
        }
        for area in self.postcodes.states.iter().chain(&self.postcodes.metro) {
            for (from, to) in &area.ranges {
                if !super::shipping::is_four_digits(from) || !super::shipping::is_four_digits(to) {
                    return invalid(format!("postcodes of {}: four digits wanted", area.name));
                }
            }
        }
        if self.shipping.standard.price_minor < 0 || self.shipping.express.price_minor < 0 {
            return invalid("a price below zero".to_owned());
        }
        Ok(())
    }

    /// An amount in the shop's currency.
    #[must_use]
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.store.currency)
    }
}
