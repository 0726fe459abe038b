-- agreed_until: the last day of the agreement that lasts longest, as far as was heard. lapsed_date: that day, once it is over
-- and the partner is suspended for it alone; signing again ends that.
ALTER TABLE partners ADD agreed_until DATE NULL;
ALTER TABLE partners ADD lapsed_date DATE NULL;
