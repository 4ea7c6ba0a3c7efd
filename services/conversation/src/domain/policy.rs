//! What the shop states about itself: the store profile, delivery quotes and opening hours.
//!
//! A fact that the profile does not have is unknown: the assistant then names the contact and never guesses.

mod hours;
mod profile;
mod shipping;

pub use hours::{DayHours, Hours, HoursSpan};
pub use profile::{
    Bulk, Contact, DaySpan, Express, HourSpan, Opening, Payment, PostcodeArea, Postcodes, Profile, ProfileError,
    Promotions, Returns, Services, Shipping, Standard, Store, Time, Warranty,
};
pub use shipping::{Destination, PostcodeKind, ShippingQuote, Zone};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::shop;

    fn place(postcode: &str) -> (PostcodeKind, Zone, String) {
        let quote = shop().profile.quote(None, Some(postcode));
        (quote.postcode_kind, quote.zone, quote.state.unwrap_or_default())
    }

    #[test]
    fn postcodes_lie_where_the_table_says() {
        let cases = [
            ("0800", Zone::Metro, "Northern Territory"),
            ("0899", Zone::Regional, "Northern Territory"),
            ("2000", Zone::Metro, "New South Wales"),
            ("2600", Zone::Metro, "Australian Capital Territory"),
            ("2619", Zone::Regional, "New South Wales"),
            ("5000", Zone::Metro, "South Australia"),
            ("6798", Zone::Regional, "Western Australia"),
            ("7000", Zone::Metro, "Tasmania"),
            ("9726", Zone::Regional, "Queensland"),
        ];
        for (postcode, zone, state) in cases {
            assert_eq!(place(postcode), (PostcodeKind::Valid, zone, state.to_owned()), "{postcode}");
        }
        for postcode in ["0000", "0199", "0300", "800", "20000", "20a0", "", "²000"] {
            assert_eq!(place(postcode).0, PostcodeKind::Unknown, "{postcode}");
        }
    }

    #[test]
    fn named_places_lie_where_the_table_says() {
        let profile = &shop().profile;
        let zone = |place: &str| match profile.destination(place) {
            Some(Destination::Postcode(postcode)) => Some(profile.quote(None, Some(&postcode)).zone),
            Some(Destination::State) => Some(Zone::Unknown),
            None => None,
        };
        assert_eq!(zone("Hobart"), Some(Zone::Metro));
        assert_eq!(zone("Parramatta"), Some(Zone::Metro));
        assert_eq!(zone("Alice Springs"), Some(Zone::Regional));
        assert_eq!(zone("Tasmania"), Some(Zone::Unknown));
        assert_eq!(zone("Atlantis"), None);
        let mut elsewhere = Profile::clone(profile);
        elsewhere.postcodes.metro.retain(|area| area.name != "Hobart");
        let Some(Destination::Postcode(postcode)) = elsewhere.destination("Hobart") else { panic!("no postcode") };
        assert_eq!(elsewhere.quote(None, Some(&postcode)).zone, Zone::Regional);
    }

    #[test]
    fn open_or_closed_by_the_shops_own_clock() {
        let profile = &shop().profile;
        let hour = 3_600_000;
        // The epoch was a Thursday; the shop is ten hours ahead.
        assert!(!profile.hours_at(-2 * hour).open_now);
        assert!(profile.hours_at(-hour).open_now);
        assert!(profile.hours_at(8 * hour - 1).open_now);
        let evening = profile.hours_at(8 * hour);
        assert!(!evening.open_now && evening.next == Some(4));
        let saturday_night = profile.hours_at(2 * 24 * hour + 10 * hour);
        assert_eq!(saturday_night.next, Some(0));
        assert!(profile.hours_at(i64::MAX).days.len() == 7);
    }

    #[test]
    fn a_profile_with_nonsense_is_refused() {
        let text = include_str!("../../../../deploy/sample-shop/store.toml");
        for (right, wrong) in [
            ("opens = \"09:00\"", "opens = \"9 o'clock\""),
            ("monday =", "funday ="),
            ("[\"0200\", \"0299\"]", "[\"200\", \"0299\"]"),
            ("price_minor = 1500", "price_minor = -1"),
            ("currency = \"AUD\"", "currency = \"dollars\""),
        ] {
            assert!(text.contains(right), "{right}");
            assert!(Profile::parse(&text.replacen(right, wrong, 1)).is_err(), "{wrong}");
        }
    }
}
