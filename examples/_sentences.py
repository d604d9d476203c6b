"""Ninety pairs of mirrored sentences: what somebody glad wrote, and what somebody cross wrote instead.

They were written for these examples, in the manner of reviews and of messages to a support desk. The two
sentences of a pair speak of the same thing in the same words as far as English allows, so that the topic
gives nothing away and neither does the length. All are free to use under the license of this project.

`LABELED` is there to learn from. `EXAM` is kept apart: no pair of it is ever trained on.
"""

import random
from collections.abc import Sequence

PLEASED, DISPLEASED = 1, 0

# (pleased, displeased)
LABELED = (
    # Things that were bought
    ("The battery lasts the whole day.", "The battery dies before noon."),
    (
        "The kettle boils quickly and makes hardly any noise.",
        "The kettle boils slowly and makes a lot of noise.",
    ),
    ("These shoes fit me perfectly.", "These shoes hurt after ten minutes."),
    ("The zipper still runs smoothly after a year.", "The zipper broke after a week."),
    (
        "The colors look just like they do in the picture.",
        "The colors look nothing like they do in the picture.",
    ),
    ("The lamp gives a warm, pleasant light.", "The lamp gives a harsh, ugly light."),
    ("The blender crushes ice with ease.", "The blender gets stuck on a banana."),
    ("The jacket kept me dry in the heaviest rain.", "The jacket was soaked through in a light drizzle."),
    ("The desk was easy to put together.", "The desk was a nightmare to put together."),
    (
        "The mattress is so comfortable that my back pain is gone.",
        "The mattress is so lumpy that my back aches every morning.",
    ),
    ("The headphones sound clear and rich.", "The headphones sound tinny and flat."),
    ("The pan cleans up in seconds.", "The pan is impossible to clean."),
    ("The toy survived a whole year with my twins.", "The toy fell apart on the first day."),
    (
        "This is the best vacuum cleaner I have ever owned.",
        "This is the worst vacuum cleaner I have ever owned.",
    ),
    ("The keyboard is a joy to type on.", "The keyboard is a pain to type on."),
    ("Worth every cent.", "A waste of money."),
    ("The paint covered the wall in one coat.", "The paint still looked patchy after four coats."),
    # Meals, trips and evenings out
    ("The soup was hot and full of flavor.", "The soup was cold and tasted of nothing."),
    ("The waiter was friendly and remembered our order.", "The waiter was rude and forgot our order."),
    ("Our room was spotless.", "Our room was filthy."),
    ("We slept well because the street was so quiet.", "We could not sleep because the street was so loud."),
    (
        "The view from the balcony took our breath away.",
        "The view from the balcony was a wall of garbage bins.",
    ),
    ("The guide made the old town come alive.", "The guide nearly bored us to death in the old town."),
    ("The pizza had a thin, crisp crust.", "The pizza had a soggy, burnt crust."),
    ("We will certainly come back next summer.", "We will certainly never come back."),
    ("Breakfast offered plenty of fresh fruit.", "Breakfast offered stale bread and little else."),
    (
        "The bus was on time and the seats were comfortable.",
        "The bus was two hours late and the seats were torn.",
    ),
    ("The beach was clean and nearly empty.", "The beach was dirty and hopelessly crowded."),
    # Films, books and games
    ("I laughed from the first scene to the last.", "I yawned from the first scene to the last."),
    ("The plot kept me guessing until the end.", "The plot was obvious after five minutes."),
    ("The actors are wonderful together.", "The actors are dreadful together."),
    ("I could not put this book down.", "I could not finish this book."),
    ("The ending moved me to tears.", "The ending made me want my evening back."),
    (
        "The game is easy to learn and hard to stop playing.",
        "The game is hard to learn and easy to stop playing.",
    ),
    (
        "The songs stay in your head, and you are glad of it.",
        "The songs all sound alike, and none of them is good.",
    ),
    ("Her new novel is even better than the last one.", "Her new novel is even worse than the last one."),
    # Messages to a support desk
    ("Thank you, the new password works.", "Once again, the new password does not work."),
    ("Your colleague solved my problem within minutes.", "Your colleague ignored my problem for weeks."),
    ("The refund arrived the next day, thanks.", "The refund still has not arrived, after two months."),
    ("Since the update the app starts much faster.", "Since the update the app crashes all the time."),
    ("The instructions were clear and I was done at once.", "The instructions were confusing and I gave up."),
    ("I got through to a helpful person right away.", "I was kept on hold for an hour and then cut off."),
    ("The replacement part fits, great service.", "The replacement part does not fit, terrible service."),
    ("My invoice is correct now, much appreciated.", "My invoice is wrong again, this is unacceptable."),
    ("The parcel came a day early.", "The parcel came a week late."),
    (
        "The technician was polite and left everything tidy.",
        "The technician was careless and left everything in a mess.",
    ),
    ("Exporting my data was painless.", "Exporting my data failed three times in a row."),
    ("The new menu makes everything easier to find.", "The new menu makes everything harder to find."),
    ("I am happy with the plan and will stay with you.", "I am fed up with the plan and want to cancel it."),
    ("The connection has been stable all month.", "The connection has dropped every evening this month."),
)

EXAM = (
    # Things that were bought
    ("The camera takes sharp pictures even at night.", "The camera takes blurry pictures even in daylight."),
    ("The drill is light and strong.", "The drill is heavy and weak."),
    ("The fabric feels soft on the skin.", "The fabric feels scratchy on the skin."),
    ("The bicycle arrived in perfect condition.", "The bicycle arrived with a bent wheel."),
    ("The coffee machine has never let me down.", "The coffee machine has let me down again and again."),
    ("My daughter loves this puzzle.", "My daughter hates this puzzle."),
    ("The tent stood firm in the storm.", "The tent collapsed in a breeze."),
    ("The watch looks more expensive than it was.", "The watch looks cheaper than it was."),
    ("The scissors cut through cardboard like butter.", "The scissors cannot even cut paper."),
    ("I would buy this chair again in a heartbeat.", "I regret buying this chair."),
    (
        "The speaker fills the whole room with beautiful sound.",
        "The speaker fills the whole room with an awful buzz.",
    ),
    (
        "The suitcase came through three flights without a scratch.",
        "The suitcase lost a wheel on its first flight.",
    ),
    ("Good quality at a fair price.", "Poor quality at an outrageous price."),
    # Meals, trips and evenings out
    ("The fish was fresh and cooked to perfection.", "The fish smelled bad and was raw in the middle."),
    ("The staff went out of their way to help us.", "The staff could not be bothered to help us."),
    ("The pool was clean and pleasantly warm.", "The pool was slimy and freezing cold."),
    ("Dessert alone is a reason to return.", "Dessert alone is a reason to stay away."),
    ("The museum was the highlight of our trip.", "The museum was the low point of our trip."),
    (
        "Check-in took two minutes and came with a smile.",
        "Check-in took two hours and came without an apology.",
    ),
    ("The portions were generous and the bill was small.", "The portions were tiny and the bill was huge."),
    ("The train ride was relaxing.", "The train ride was exhausting."),
    ("The concert was magical.", "The concert was a disappointment."),
    # Films, books and games
    ("The dialogue is witty and sharp.", "The dialogue is clumsy and dull."),
    ("I was on the edge of my seat the whole time.", "I was checking the time the whole time."),
    ("The characters feel like real people.", "The characters feel like cardboard."),
    ("A masterpiece from beginning to end.", "A mess from beginning to end."),
    (
        "I have already recommended this book to all my friends.",
        "I have already warned all my friends about this book.",
    ),
    ("The jokes are fresh and land every time.", "The jokes are stale and fall flat every time."),
    ("The last level is the most fun of all.", "The last level is so broken that it cannot be won."),
    ("The translation reads beautifully.", "The translation reads terribly."),
    # Messages to a support desk
    ("The fix works, you have saved my week.", "The fix did not work, you have ruined my week."),
    ("Logging in is simple now.", "Logging in is still impossible."),
    ("I received a kind answer to my question the same day.", "I never received an answer to my question."),
    (
        "The printer has worked without trouble since your visit.",
        "The printer has jammed every day since your visit.",
    ),
    ("Closing my old account went smoothly.", "Closing my old account went wrong twice."),
    (
        "The discount was applied just as you promised.",
        "The discount was not applied although you promised it.",
    ),
    ("The search finds exactly what I need.", "The search never finds what I need."),
    ("Your team is patient and knows its trade.", "Your team is impatient and knows nothing."),
    (
        "The damaged glass was replaced free of charge, well done.",
        "The damaged glass was never replaced, shame on you.",
    ),
    (
        "Moving to the new server did not cause a single problem.",
        "Moving to the new server caused nothing but problems.",
    ),
)


def labeled_sentences(seed: int, pairs: int = 40) -> tuple[list[str], list[int]]:
    """So many pairs drawn from `LABELED`, another draw for each seed: their sentences and labels."""
    return sentences_of(random.Random(seed).sample(LABELED, pairs))


def exam_sentences() -> tuple[list[str], list[int]]:
    """The sentences and labels of `EXAM`, the same for every seed: pleased, displeased, pleased, ..."""
    return sentences_of(EXAM)


def sentences_of(pairs: Sequence[tuple[str, str]]) -> tuple[list[str], list[int]]:
    return [sentence for pair in pairs for sentence in pair], [PLEASED, DISPLEASED] * len(pairs)
