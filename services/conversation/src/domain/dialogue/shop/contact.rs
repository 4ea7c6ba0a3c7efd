//! Reaching the shop: contact, place, hours, people, orders.

use super::{
    super::{Action, ActionType, Mood, Outcome, Scene, Stop},
    profile, said, service_answer, unknown,
};
use crate::domain::{
    fragment::{ClaimKind, Fragment, Proof},
    policy::{DayHours, Hours},
    tool::{ContactType, ToolCall, ToolResult},
    understanding::Intent,
};

/// How to reach the shop, or where it is.
pub(in super::super) fn contact(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    if let Some(outcome) = service_answer(scene)? {
        return Ok(outcome);
    }
    if scene.act.topic.as_deref() == Some("social") {
        return unknown(scene);
    }
    let place = scene.act.intent == Intent::StoreLocation;
    let kind = match scene.act.topic.as_deref() {
        Some("phone") => ContactType::Phone,
        Some("email") => ContactType::Email,
        Some("chat") => ContactType::Chat,
        _ if place => ContactType::Location,
        _ => ContactType::All,
    };
    let (_, proof) = reach(scene, kind)?;
    let proof = proof.at("store.contact");
    let contact = &profile(scene).contact;
    let fact = |field: &str, value: &str| proof.text(ClaimKind::Policy, field, value);
    let phone = fact("phone", &contact.phone);
    let email = fact("email", &contact.email);
    let reply = proof.at("email_reply_hours");
    let reply_time = [
        ("min", reply.number("min", contact.email_reply_hours.min)),
        ("max", reply.number("max", contact.email_reply_hours.max)),
    ];
    let statement = match kind {
        ContactType::Phone => scene.text("contact.phone", &[("phone", phone)]),
        ContactType::Email => {
            let hours = scene.text("contact.reply_time", &reply_time);
            scene.text("contact.email", &[("email", email), ("hours", hours)])
        }
        ContactType::Location => return location(scene, &proof),
        ContactType::Chat => match &contact.live_chat {
            Some(chat) => scene.text("shop.fact", &[("fact", fact("live_chat", chat).capitalised())]),
            None => scene.text("contact.no_chat", &[("phone", phone), ("email", email)]),
        },
        ContactType::All | ContactType::Hours => {
            let hours = scene.text("contact.reply_time", &reply_time);
            scene.text("contact.all", &[("phone", phone), ("email", email), ("hours", hours)])
        }
    };
    Ok(said(scene, statement))
}

fn location(scene: &Scene<'_>, proof: &Proof) -> Result<Outcome, Stop> {
    let contact = &profile(scene).contact;
    let stated = [("address", &contact.address), ("showroom", &contact.showroom)];
    let facts: Vec<Fragment> = stated
        .iter()
        .filter_map(|(field, value)| {
            let fact = proof.text(ClaimKind::Policy, field, value.as_deref()?);
            Some(scene.text(&format!("contact.{field}"), &[("fact", fact)]))
        })
        .collect();
    if facts.is_empty() {
        let contact = scene.contact_line()?;
        return Ok(said(scene, scene.text("contact.no_address", &[("contact", contact)])));
    }
    let mut statement = Fragment::default();
    for fact in &facts {
        statement.push_sentence(fact);
    }
    Ok(said(scene, statement))
}

fn reach<'a>(scene: &Scene<'a>, info_type: ContactType) -> Result<(&'a Hours, Proof), Stop> {
    let call = ToolCall::GetContactInfo { info_type };
    let answer = scene.ask(&call)?;
    match answer.outcome {
        Ok(ToolResult::Contact(result)) => Ok((&result.now, answer.proof)),
        _ => Err(Stop::with(scene.unavailable(call.tool()))),
    }
}

/// Opening hours: of the week, of a day, or now.
pub(in super::super) fn hours(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let (hours, proof) = reach(scene, ContactType::Hours)?;
    let proof = proof.at("now");
    let topic = scene.act.topic.as_deref().unwrap_or_default();
    let statement = match topic {
        "now" | "today" => now(scene, hours, &proof),
        "tomorrow" => one_day(scene, hours, &proof, (hours.today + 1) % 7),
        "public_holiday" | "holiday" => {
            let mut text = scene.text("hours.holidays", &[]);
            text.push_sentence(&scene.text("hours.ask", &[("contact", scene.contact_line()?)]));
            text
        }
        "weekend" => {
            let mut text = one_day(scene, hours, &proof, 5);
            text.push_sentence(&one_day(scene, hours, &proof, 6));
            text
        }
        day => match hours.index_of(day) {
            Some(index) => one_day(scene, hours, &proof, index),
            None => week(scene, hours, &proof),
        },
    };
    Ok(said(scene, statement))
}

fn one_day(scene: &Scene<'_>, hours: &Hours, proof: &Proof, index: usize) -> Fragment {
    let Some(day) = hours.days.get(index) else {
        return Fragment::default();
    };
    let proof = proof.at(&format!("days[{index}]"));
    let name = proof.text(ClaimKind::Policy, "day", &day.day);
    match times(scene, day, &proof, &hours.zone) {
        Some(times) => scene.text("hours.open", &[("days", name), ("times", times)]),
        None => scene.text("hours.closed", &[("days", name)]),
    }
}

fn times(scene: &Scene<'_>, day: &DayHours, proof: &Proof, zone: &str) -> Option<Fragment> {
    let opens = proof.text(ClaimKind::Policy, "opens", day.opens.as_deref()?);
    let closes = proof.text(ClaimKind::Policy, "closes", day.closes.as_deref()?);
    let zone = Fragment::plain(zone);
    Some(scene.text("hours.times", &[("opens", opens), ("closes", closes), ("zone", zone)]))
}

fn week(scene: &Scene<'_>, hours: &Hours, proof: &Proof) -> Fragment {
    let mut text = Fragment::default();
    for (index, span) in hours.week.iter().enumerate() {
        let proof = proof.at(&format!("week[{index}]"));
        let name = proof.text(ClaimKind::Policy, "days", &span.days);
        let as_day = DayHours { day: span.days.clone(), opens: span.opens.clone(), closes: span.closes.clone() };
        text.push_sentence(&match times(scene, &as_day, &proof, &hours.zone) {
            Some(times) => scene.text("hours.open", &[("days", name), ("times", times)]),
            None => scene.text("hours.closed", &[("days", name)]),
        });
    }
    text
}

fn now(scene: &Scene<'_>, hours: &Hours, proof: &Proof) -> Fragment {
    if hours.open_now {
        let mut text = scene.text("hours.open_now", &[]);
        text.push_sentence(&one_day(scene, hours, proof, hours.today));
        return text;
    }
    let mut text = scene.text("hours.closed_now", &[]);
    if let Some(next) = hours.next {
        text.push_sentence(&one_day(scene, hours, proof, next));
    }
    text
}

/// Orders are not visible here: whom to ask.
pub(in super::super) fn order(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let call = ToolCall::GetOrderStatus { order_number: None };
    let answer = scene.ask(&call)?;
    if answer.outcome.is_err() {
        return unknown(scene);
    }
    let contact = scene.contact_line()?;
    let key = match scene.act.intent {
        Intent::OrderCancel => "order.cancel",
        _ => "order.status",
    };
    Ok(said(scene, scene.text(key, &[("contact", contact)])))
}

/// Passes the shopper on to a person.
pub(in super::super) fn handoff(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let answer = scene.ask(&ToolCall::HumanHandoff)?;
    let Ok(ToolResult::Handoff(result)) = answer.outcome else {
        return unknown(scene);
    };
    let contact = &profile(scene).contact;
    let proof = answer.proof.at("store.contact");
    let phone = proof.text(ClaimKind::Policy, "phone", &contact.phone);
    let email = proof.text(ClaimKind::Policy, "email", &contact.email);
    let mut statement = scene.text("contact.handoff", &[("phone", phone), ("email", email)]);
    statement.push_sentence(&now(scene, &result.now, &answer.proof.at("now")));
    let outcome = Outcome::say(scene, statement).with_mood(Mood::Policy);
    Ok(outcome.with_action(Action::of(ActionType::Handoff)))
}
