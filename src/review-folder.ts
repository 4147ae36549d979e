// The folder for results to be looked at, by the names that whoever writes it and whoever passes it over share.

export const reviewName = '_review';
/** Says why each lies there, and tells our `_review` from a folder of the user's that is called the same. */
export const reasonsName = 'reasons.txt';
