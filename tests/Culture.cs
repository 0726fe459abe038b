// The tests of every project run as the services do: the machine's language changes nothing.
[assembly: SetCulture("")]
