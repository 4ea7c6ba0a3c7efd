//! Contracted and clipped forms written out: "don't" and "dont" are the same two words to everything after this.

/// The words that a contracted form stands for; `None` for any other word. `word` is in lower case, apostrophes as `'`.
pub(super) fn expand(word: &str) -> Option<&'static [&'static str]> {
    FORMS.iter().find(|(form, _)| *form == word).map(|(_, words)| *words)
}

/// Form and what it stands for. A form without apostrophe stands here only when it is not an English word of its own.
const FORMS: &[(&str, &[&str])] = &[
    ("don't", &["do", "not"]),
    ("dont", &["do", "not"]),
    ("doesn't", &["does", "not"]),
    ("doesnt", &["does", "not"]),
    ("didn't", &["did", "not"]),
    ("didnt", &["did", "not"]),
    ("isn't", &["is", "not"]),
    ("isnt", &["is", "not"]),
    ("aren't", &["are", "not"]),
    ("arent", &["are", "not"]),
    ("wasn't", &["was", "not"]),
    ("wasnt", &["was", "not"]),
    ("weren't", &["were", "not"]),
    ("can't", &["can", "not"]),
    ("cant", &["can", "not"]),
    ("cannot", &["can", "not"]),
    ("won't", &["will", "not"]),
    ("wont", &["will", "not"]),
    ("wouldn't", &["would", "not"]),
    ("wouldnt", &["would", "not"]),
    ("couldn't", &["could", "not"]),
    ("couldnt", &["could", "not"]),
    ("shouldn't", &["should", "not"]),
    ("shouldnt", &["should", "not"]),
    ("hasn't", &["has", "not"]),
    ("hasnt", &["has", "not"]),
    ("haven't", &["have", "not"]),
    ("havent", &["have", "not"]),
    ("hadn't", &["had", "not"]),
    ("ain't", &["is", "not"]),
    ("i'm", &["i", "am"]),
    ("im", &["i", "am"]),
    ("i've", &["i", "have"]),
    ("ive", &["i", "have"]),
    ("i'll", &["i", "will"]),
    ("i'd", &["i", "would"]),
    ("you're", &["you", "are"]),
    ("youre", &["you", "are"]),
    ("ur", &["your"]),
    ("you've", &["you", "have"]),
    ("youve", &["you", "have"]),
    ("you'll", &["you", "will"]),
    ("you'd", &["you", "would"]),
    ("we're", &["we", "are"]),
    ("we've", &["we", "have"]),
    ("weve", &["we", "have"]),
    ("we'll", &["we", "will"]),
    ("we'd", &["we", "would"]),
    ("they're", &["they", "are"]),
    ("theyre", &["they", "are"]),
    ("they've", &["they", "have"]),
    ("they'll", &["they", "will"]),
    ("he's", &["he", "is"]),
    ("she's", &["she", "is"]),
    ("it's", &["it", "is"]),
    ("it'll", &["it", "will"]),
    ("that's", &["that", "is"]),
    ("thats", &["that", "is"]),
    ("that'll", &["that", "will"]),
    ("there's", &["there", "is"]),
    ("theres", &["there", "is"]),
    ("here's", &["here", "is"]),
    ("what's", &["what", "is"]),
    ("whats", &["what", "is"]),
    ("what're", &["what", "are"]),
    ("who's", &["who", "is"]),
    ("whos", &["who", "is"]),
    ("where's", &["where", "is"]),
    ("wheres", &["where", "is"]),
    ("when's", &["when", "is"]),
    ("whens", &["when", "is"]),
    ("how's", &["how", "is"]),
    ("hows", &["how", "is"]),
    ("why's", &["why", "is"]),
    ("which's", &["which", "is"]),
    ("let's", &["let", "us"]),
    ("lets", &["let", "us"]),
    ("y'all", &["you", "all"]),
    ("gonna", &["going", "to"]),
    ("wanna", &["want", "to"]),
    ("gotta", &["got", "to"]),
    ("gimme", &["give", "me"]),
    ("lemme", &["let", "me"]),
    ("dunno", &["do", "not", "know"]),
    ("kinda", &["kind", "of"]),
    ("sorta", &["sort", "of"]),
    ("u", &["you"]),
    ("r", &["are"]),
    ("pls", &["please"]),
    ("plz", &["please"]),
    ("plse", &["please"]),
    ("thx", &["thanks"]),
    ("thanx", &["thanks"]),
    ("tks", &["thanks"]),
    ("tnx", &["thanks"]),
    ("gr8", &["great"]),
    ("b4", &["before"]),
    ("ppl", &["people"]),
    ("smth", &["something"]),
    ("sth", &["something"]),
    ("sumthing", &["something"]),
    ("w/o", &["without"]),
    ("w/out", &["without"]),
    ("w/", &["with"]),
    ("g'day", &["gday"]),
    ("o'clock", &["oclock"]),
    ("'em", &["them"]),
    ("y'know", &["you", "know"]),
    ("c'mon", &["come", "on"]),
];

/// Length of a form with a slash at the beginning of a text: "w/o", "w/arms".
pub(super) fn slashed(text: &str) -> Option<usize> {
    // Each of them has the slash behind one letter.
    if text.as_bytes().get(1) != Some(&b'/') {
        return None;
    }
    let begins = |form: &&str| text.get(..form.len()).is_some_and(|head| head.eq_ignore_ascii_case(form));
    let ends = |form: &&str| form.ends_with('/') || !text[form.len()..].starts_with(char::is_alphanumeric);
    let forms = FORMS.iter().map(|(form, _)| *form).filter(|form| form.contains('/'));
    forms.filter(begins).filter(ends).map(str::len).max()
}

#[cfg(test)]
mod tests {
    use super::{FORMS, expand};

    #[test]
    fn forms_are_listed_once() {
        for (index, (form, _)) in FORMS.iter().enumerate() {
            assert!(FORMS[..index].iter().all(|(earlier, _)| earlier != form), "{form} twice");
        }
        assert_eq!(expand("dont"), Some(&["do", "not"][..]));
        assert_eq!(expand("desk"), None);
    }
}
